/* A second opinion: libsmbios walks the tables of recordings and dumps, and must find the structures and strings that
   our walker finds. It gets only what our walker accepted whole, with an entry point that fits: it reads behind the end
   of a broken table, and falls back to /dev/mem where it rejects one. libsmbios RECORDING|DUMP... */
#include "ask.h"
#include "check.h"
#include "recording.h"
#include "smbios.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <smbios_c/obj/smbios.h>
#include <smbios_c/smbios.h>

enum { MOST = 64 << 20 };

static size_t tables, structures, strings;

static char *read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    char *text = file ? malloc(MOST) : NULL;

    *size = text ? fread(text, 1, MOST, file) : 0;
    if (file)
        fclose(file);
    return text;
}

static bool write_file(const char *folder, const char *name, const void *bytes, size_t size)
{
    char path[128];
    FILE *file;
    bool whole;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "wb");
    whole = file && fwrite(bytes, 1, size, file) == size;
    return file && fclose(file) == 0 && whole;
}

/* A 64-bit entry point of a table of that size (DSP0134, 5.2.2). */
static void entry_of(unsigned char entry[24], size_t size)
{
    unsigned char sum = 0;

    memcpy(entry, "_SM3_\0\x18\x03\x02\0\x01\0", 12);
    memset(entry + 12, 0, 12);
    for (int i = 0; i < 4; i++)
        entry[12 + i] = (unsigned char)(size >> 8 * i);
    for (int i = 0; i < 24; i++)
        sum = (unsigned char)(sum + entry[i]);
    entry[5] = (unsigned char)-sum;
}

/* Bytes of the table up to where our walker stops; 0 where it finds something broken. */
static size_t whole(struct hc_text table)
{
    struct hc_smbios_structure s;
    struct hc_text rest = table;
    bool broken = false;

    while (hc_smbios_next(&rest, &s, &broken))
        ;
    return broken || rest.size < 4 ? 0 : table.size - rest.size + 4;
}

static void same_strings(const struct hc_smbios_structure *ours, const struct smbios_struct *theirs)
{
    struct hc_text rest = ours->strings;

    for (u8 number = 1; rest.size && rest.at[0] && number < 255; number++) {
        size_t size = strlen(rest.at);
        const char *text = smbios_struct_get_string_number(theirs, number);
        CHECK(text && !strcmp(text, rest.at));
        rest = (struct hc_text){ rest.at + size + 1, rest.size - size - 1 };
        strings++;
    }
}

static void same_structure(const struct hc_smbios_structure *ours, const struct smbios_struct *theirs)
{
    char data[256];

    structures++;
    CHECK(smbios_struct_get_type(theirs) == ours->type);
    CHECK(smbios_struct_get_handle(theirs) == ours->handle);
    CHECK(smbios_struct_get_length(theirs) == ours->area.size);
    CHECK(smbios_struct_get_data(theirs, data, 0, ours->area.size) == 0 &&
          !memcmp(data, ours->area.at, ours->area.size));
    same_strings(ours, theirs);
}

static void compare(const char *name, struct hc_text table, const char *folder)
{
    unsigned char entry[24];
    size_t size = whole(table);
    struct hc_smbios_structure ours;
    struct smbios_table *theirs;
    const struct smbios_struct *at = NULL;
    bool broken;
    int before = failures;

    if (!size)
        return;
    tables++;
    entry_of(entry, table.size);
    CHECK(write_file(folder, "DMI", table.at, table.size) && write_file(folder, "smbios_entry_point", entry, 24));
    theirs = smbios_table_factory(SMBIOS_GET_NEW | SMBIOS_UNIT_TEST_MODE | SMBIOS_NO_FIXUPS, folder);
    CHECK(theirs);
    while (theirs && hc_smbios_next(&table, &ours, &broken)) {
        at = smbios_table_get_next_struct(theirs, at);
        CHECK(at);
        if (!at)
            break;
        same_structure(&ours, at);
    }
    at = theirs ? smbios_table_get_next_struct(theirs, at) : NULL;
    CHECK(!at || smbios_struct_get_type(at) == 127);
    if (theirs)
        smbios_table_free(theirs);
    if (failures != before)
        printf("^ %s\n", name);
}

static void recording(const char *path, const char *folder)
{
    struct hc_recording_error error;
    struct hc_text table;
    size_t size;
    char *text = read_file(path, &size);
    struct hc_source *src = text ? hc_recording_load((struct hc_text){ text, size }, &error) : NULL;

    CHECK(src);
    if (src && hc_ask_file(src, "/sys/firmware/dmi/tables/DMI", &table)->answer == HC_OK)
        compare(path, table, folder);
    if (src)
        hc_source_free(src);
    free(text);
}

/* As dmidecode --dump-bin writes it: the table stands behind the entry point, at 32. */
static void dump(const char *path, const char *folder)
{
    size_t size;
    char *bytes = read_file(path, &size);

    CHECK(bytes && size > 32);
    if (bytes && size > 32)
        compare(path, (struct hc_text){ bytes + 32, size - 32 }, folder);
    free(bytes);
}

int main(int argc, char **argv)
{
    char folder[] = "/tmp/hostcap-smbios-XXXXXX", path[128];
    static const char *const names[] = { "DMI", "smbios_entry_point" };

    if (!mkdtemp(folder)) {
        perror(folder);
        return 1;
    }
    for (int i = 1; i < argc; i++) {
        const char *end = strrchr(argv[i], '.');
        if (end && !strcmp(end, ".json"))
            recording(argv[i], folder);
        else
            dump(argv[i], folder);
    }
    for (size_t i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    rmdir(folder);
    printf("%zu tables, %zu structures, %zu strings\n", tables, structures, strings);
    CHECK(tables);
    return checked();
}
