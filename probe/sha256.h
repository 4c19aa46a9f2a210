/* HMAC-SHA-256 (FIPS 180-4, RFC 2104), for pseudonyms that only the owner of a key can make again.

   Its own hundred lines: of the libraries that hostcap links none has it, and loading libcrypto takes longer than half
   a scan. Anybody can check a pseudonym: openssl dgst -sha256 -hmac KEY. */
#ifndef HC_SHA256_H
#define HC_SHA256_H

#include "parse.h"

enum { HC_SHA256_SIZE = 32 };

void hc_sha256(struct hc_text text, unsigned char digest[HC_SHA256_SIZE]);
void hc_hmac_sha256(struct hc_text key, struct hc_text text, unsigned char digest[HC_SHA256_SIZE]);

#endif
