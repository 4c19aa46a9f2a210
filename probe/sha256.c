#include "sha256.h"

#include <string.h>

enum { BLOCK = 64, LENGTH_AT = 56 };

struct state {
    uint32_t h[8];
    unsigned char block[BLOCK];
    size_t used;
    uint64_t size; /* of all that was added, in bytes */
};

/* FIPS 180-4, 4.2.2 */
static const uint32_t k[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotr(uint32_t x, unsigned n)
{
    return x >> n | x << (32 - n);
}

/* 6.2.2, step 1 */
static void schedule(const unsigned char *block, uint32_t w[64])
{
    for (size_t t = 0; t < 16; t++)
        w[t] = (uint32_t)block[4 * t] << 24 | (uint32_t)block[4 * t + 1] << 16 | (uint32_t)block[4 * t + 2] << 8 |
               block[4 * t + 3];
    for (size_t t = 16; t < 64; t++) {
        uint32_t s0 = rotr(w[t - 15], 7) ^ rotr(w[t - 15], 18) ^ w[t - 15] >> 3;
        uint32_t s1 = rotr(w[t - 2], 17) ^ rotr(w[t - 2], 19) ^ w[t - 2] >> 10;
        w[t] = w[t - 16] + s0 + w[t - 7] + s1;
    }
}

/* 6.2.2, steps 2 to 4 */
static void compress(uint32_t h[8], const unsigned char *block)
{
    uint32_t w[64], v[8];

    schedule(block, w);
    memcpy(v, h, sizeof v);
    for (size_t t = 0; t < 64; t++) {
        uint32_t big1 = rotr(v[4], 6) ^ rotr(v[4], 11) ^ rotr(v[4], 25);
        uint32_t big0 = rotr(v[0], 2) ^ rotr(v[0], 13) ^ rotr(v[0], 22);
        uint32_t t1 = v[7] + big1 + ((v[4] & v[5]) ^ (~v[4] & v[6])) + k[t] + w[t];
        uint32_t t2 = big0 + ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
        memmove(v + 1, v, 7 * sizeof *v);
        v[4] += t1;
        v[0] = t1 + t2;
    }
    for (size_t i = 0; i < 8; i++)
        h[i] += v[i];
}

/* 5.3.3 */
static void start(struct state *s)
{
    static const uint32_t first[8] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                       0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 };

    memcpy(s->h, first, sizeof first);
    s->used = 0;
    s->size = 0;
}

static void add(struct state *s, const void *bytes, size_t size)
{
    const unsigned char *at = bytes;

    s->size += size;
    while (size) {
        size_t piece = size < BLOCK - s->used ? size : BLOCK - s->used;
        memcpy(s->block + s->used, at, piece);
        s->used += piece;
        at += piece;
        size -= piece;
        if (s->used == BLOCK) {
            compress(s->h, s->block);
            s->used = 0;
        }
    }
}

/* 5.1.1: a bit, zeros, and the length in bits */
static void finish(struct state *s, unsigned char digest[HC_SHA256_SIZE])
{
    static const unsigned char padding[BLOCK] = { 0x80 };
    unsigned char length[8];
    const uint64_t bits = s->size * 8;

    for (size_t i = 0; i < sizeof length; i++)
        length[i] = (unsigned char)(bits >> (56 - 8 * i));
    add(s, padding, s->used < LENGTH_AT ? LENGTH_AT - s->used : BLOCK + LENGTH_AT - s->used);
    add(s, length, sizeof length);
    for (size_t i = 0; i < HC_SHA256_SIZE; i++)
        digest[i] = (unsigned char)(s->h[i / 4] >> (24 - 8 * (i % 4)));
}

void hc_sha256(struct hc_text text, unsigned char digest[HC_SHA256_SIZE])
{
    struct state s;

    start(&s);
    add(&s, text.at, text.size);
    finish(&s, digest);
}

/* RFC 2104, 2: H(K XOR opad, H(K XOR ipad, text)) */
void hc_hmac_sha256(struct hc_text key, struct hc_text text, unsigned char digest[HC_SHA256_SIZE])
{
    unsigned char pad[BLOCK] = { 0 };
    struct state s;

    if (key.size > BLOCK)
        hc_sha256(key, pad);
    else if (key.size)
        memcpy(pad, key.at, key.size);
    for (size_t i = 0; i < BLOCK; i++)
        pad[i] ^= 0x36;
    start(&s);
    add(&s, pad, BLOCK);
    add(&s, text.at, text.size);
    finish(&s, digest);
    for (size_t i = 0; i < BLOCK; i++)
        pad[i] ^= 0x36 ^ 0x5c;
    start(&s);
    add(&s, pad, BLOCK);
    add(&s, digest, HC_SHA256_SIZE);
    finish(&s, digest);
}
