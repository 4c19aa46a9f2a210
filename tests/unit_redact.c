/* Pseudonyms and their hash, and what becomes of facts of each class. */
#include "check.h"

#include "facts.h"
#include "pseudonyms.h"
#include "redact_facts.h"
#include "scan.h"
#include "sha256.h"
#include "tables.h"

#include <stdlib.h>
#include <string.h>

static struct hc_text text_of(const char *string)
{
    return (struct hc_text){ string, strlen(string) };
}

static const char *hex(const unsigned char *digest)
{
    static char text[2 * HC_SHA256_SIZE + 1];

    for (size_t i = 0; i < HC_SHA256_SIZE; i++)
        snprintf(text + 2 * i, 3, "%02x", (unsigned)digest[i]);
    return text;
}

/* FIPS 180-2, B.1 to B.3 */
static void published_hashes(void)
{
    unsigned char digest[HC_SHA256_SIZE];
    char *million = malloc(1000000);

    hc_sha256(text_of("abc"), digest);
    CHECK(!strcmp(hex(digest), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    hc_sha256(text_of(""), digest);
    CHECK(!strcmp(hex(digest), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
    hc_sha256(text_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"), digest);
    CHECK(!strcmp(hex(digest), "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"));
    if (!million)
        return;
    memset(million, 'a', 1000000);
    hc_sha256((struct hc_text){ million, 1000000 }, digest);
    CHECK(!strcmp(hex(digest), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"));
    free(million);
}

/* RFC 4231, 4.2, 4.3 and 4.7 (a key longer than a block) */
static void published_keyed_hashes(void)
{
    unsigned char digest[HC_SHA256_SIZE];
    char key[131];

    memset(key, 0x0b, 20);
    hc_hmac_sha256((struct hc_text){ key, 20 }, text_of("Hi There"), digest);
    CHECK(!strcmp(hex(digest), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"));
    hc_hmac_sha256(text_of("Jefe"), text_of("what do ya want for nothing?"), digest);
    CHECK(!strcmp(hex(digest), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
    memset(key, 0xaa, sizeof key);
    hc_hmac_sha256((struct hc_text){ key, sizeof key },
                   text_of("Test Using Larger Than Block-Size Key - Hash Key First"), digest);
    CHECK(!strcmp(hex(digest), "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"));
}

static void words(void)
{
    struct hc_arena arena = { 0 };
    struct hc_pseudonyms plain = { .arena = &arena },
                         keyed = { .arena = &arena, .key = text_of("a key of many bytes") };
    const char *one = hc_pseudonym(&plain, text_of("S4NUNX0R1234")), *two;

    CHECK(!strcmp(one, "redacted-1"));
    CHECK(!strcmp(hc_pseudonym(&plain, text_of("/home/alice")), "redacted-2"));
    CHECK(!strcmp(hc_pseudonym(&plain, text_of("S4NUNX0R1234")), "redacted-1"));
    CHECK(!strcmp(hc_pseudonym(&plain, text_of("eth0")), "eth0"));
    CHECK(!strcmp(hc_pseudonym(&plain, text_of("")), ""));
    CHECK(!strcmp(hc_pseudonym(&plain, text_of("00:00:00:00:00:00")), "00:00:00:00:00:00"));
    CHECK(!strcmp(hc_pseudonym(&plain, text_of("redacted-1")), "redacted-1"));
    CHECK(!strcmp(hc_pseudonyms_in(&plain, "statfs:/home/alice/a"), "statfs:redacted-2/a"));
    CHECK(!strcmp(hc_pseudonyms_in(&plain, "statfs:/home/aliceb"), "statfs:/home/aliceb"));
    CHECK(!strcmp(hc_pseudonyms_in(&plain, "xS4NUNX0R1234"), "xS4NUNX0R1234"));
    one = hc_pseudonym(&keyed, text_of("S4NUNX0R1234"));
    two = hc_pseudonym(&keyed, text_of("S4NUNX0R1235"));
    CHECK(strlen(one) == strlen("redacted-") + 20 && strcmp(one, two) != 0);
    for (int i = 0; i < 10000; i++)
        hc_pseudonym(&keyed, text_of(hc_print(&arena, "serial%d", i)));
    CHECK(!strcmp(hc_pseudonym(&keyed, text_of("S4NUNX0R1234")), one));
    hc_arena_free(&arena);
}

static void same_length(void)
{
    struct hc_arena arena = { 0 };
    struct hc_pseudonyms p = { .arena = &arena, .same_length = true };
    char bytes[] = "a\0S4NUNX0R1234\0vmx-12\n\xff S4NUNX0R1234";

    hc_pseudonym(&p, text_of("S4NUNX0R1234"));
    hc_pseudonym(&p, text_of("vmx-12"));
    hc_pseudonym_stays(&p, text_of("vmx-12"));
    CHECK(hc_pseudonyms_over(&p, bytes, sizeof bytes - 1) == 2);
    CHECK(!memcmp(bytes, "a\0xxxxxxxxxxx1\0vmx-12\n\xff xxxxxxxxxxx1", sizeof bytes));
    hc_arena_free(&arena);
}

static const struct hc_reply whole = { .key = "file:/sys/class/net/corp-lan/x", .answer = HC_OK, .bytes = "" };
static const struct hc_reply thinned = { .key = "dir:/sys/class/net", .answer = HC_OK, .bytes = "", .thinned = true };

/* What a thinned reply says of a name is another name, or no value. */
static void classes(struct hc_facts *facts)
{
    struct hc_table_row *row = hc_add_row(facts, HC_TABLE_NET, &thinned);

    hc_cell_text(facts, row, HC_COL_NET_NAME, &thinned, text_of("named3"));
    CHECK(row->cells[HC_COL_NET_NAME].known);
    hc_cell_text(facts, row, HC_COL_NET_MASTER, &thinned, text_of("........"));
    CHECK(!row->cells[HC_COL_NET_MASTER].known && row->cells[HC_COL_NET_MASTER].why->answer == HC_REDACTED);
    hc_cell_text(facts, row, HC_COL_NET_LOWER, &thinned, text_of("eth0 br-alice"));
    CHECK(!row->cells[HC_COL_NET_LOWER].known);
    hc_cell_text(facts, row, HC_COL_NET_KIND, &thinned, text_of("ethernet"));
    CHECK(row->cells[HC_COL_NET_KIND].known);
    hc_put_text(facts, HC_UNAME_NODENAME, &thinned, text_of(""));
    CHECK(!hc_text_of(facts, HC_UNAME_NODENAME));
}

static void redacting(void)
{
    struct hc_scan *scan = hc_scan_empty();
    struct hc_facts *facts = &scan->facts;
    struct hc_table_row *row = hc_add_row(facts, HC_TABLE_NET, &whole);

    hc_cell_text(facts, row, HC_COL_NET_NAME, &whole, text_of("corp-lan"));
    hc_cell_text(facts, row, HC_COL_NET_LOWER, &whole, text_of("eth0 corp-lan2"));
    hc_cell_text(facts, row, HC_COL_NET_KIND, &whole, text_of("ethernet"));
    hc_put_text(facts, HC_UNAME_NODENAME, &whole, text_of("corp-lan"));
    CHECK(hc_scan_redact(scan));
    CHECK(!strcmp(row->cells[HC_COL_NET_NAME].text, "redacted-1"));
    CHECK(!strcmp(hc_text_of(facts, HC_UNAME_NODENAME), "redacted-1"));
    CHECK(!strcmp(row->cells[HC_COL_NET_LOWER].text, "eth0 redacted-2"));
    CHECK(!strcmp(row->cells[HC_COL_NET_KIND].text, "ethernet"));
    CHECK(!strcmp(row->because->key, "file:/sys/class/net/redacted-1/x"));
    hc_scan_free(scan);
}

int main(void)
{
    struct hc_scan *scan = hc_scan_empty();

    published_hashes();
    published_keyed_hashes();
    words();
    same_length();
    classes(&scan->facts);
    hc_scan_free(scan);
    redacting();
    return checked();
}
