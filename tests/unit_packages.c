/* Databases of packages and notes in programs, as files made here. */
#include "check.h"
#include "packages.h"

#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char *folder; /* of this test */

static int file_with(const char *bytes, size_t size)
{
    char path[64];
    int fd;

    snprintf(path, sizeof path, "%s/file", folder);
    fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, bytes, size) != (ssize_t)size)
        abort();
    unlink(path);
    lseek(fd, 0, SEEK_SET);
    return fd;
}

static void says(int fd, const char *question, enum hc_answer answer, const char *expected, int line)
{
    struct hc_source *src = hc_source_new(NULL, NULL);
    struct hc_reply reply = { .key = "", .bytes = "" };

    if (question)
        hc_answer_from_packages(src, &reply, fd, question);
    else
        hc_answer_from_note(src, &reply, fd);
    if (reply.answer != answer || reply.size != strlen(expected) || memcmp(reply.bytes, expected, reply.size) != 0) {
        printf("%s:%d: %s \"%.*s\", not \"%s\"\n", __FILE__, line, hc_answer_name(reply.answer), (int)reply.size,
               reply.bytes, expected);
        failures++;
    }
    hc_source_free(src);
}

#define DATABASE(text, question, expected) says(file_with(text, strlen(text)), question, HC_OK, expected, __LINE__)

static void small_databases(void)
{
    static const char status[] =
        "Package: aaa\nStatus: install ok installed\nVersion: 1\n\n"
        "Package: qemu-system-x86\nStatus: install ok installed\nPriority: optional\n"
        "Depends: qemu-utils\nVersion: 1:10.0+ds-2\nDescription: x\n Package: no\n .\n more\n\n"
        "Package: removed\nStatus: deinstall ok config-files\nVersion: 7\n\n"
        "Package: half\nStatus: install ok half-installed\nVersion: 7\n\n"
        "Package: bare\n\nPackage: last\nVersion: 9\nStatus: install ok installed";

    DATABASE(status, "dpkg:qemu-system-x86", "qemu-system-x86 1:10.0+ds-2\n");
    DATABASE(status, "dpkg:last,aaa", "aaa 1\nlast 9\n");
    DATABASE(status, "dpkg:removed,half,bare,no,qemu,", "");
    DATABASE("", "dpkg:aaa", "");
    DATABASE("\n\n\n", "dpkg:aaa", "");
    DATABASE("Package: ", "dpkg:aaa", "");
    DATABASE("Package: aaa", "dpkg:aaa", "");
    DATABASE("C:Q1\nP:qemu-img\nV:10.0.3-r1\nA:x86_64\n\nC:Q2\nP:musl\nV:1.2\n\n", "apk:musl,qemu-img",
             "qemu-img 10.0.3-r1\nmusl 1.2\n");
    says(file_with("", 0), "rpm:x", HC_FAILED, "", __LINE__);
}

/* Entries stand across the borders of what is read at once, and one is longer than all of that. */
static void large_database(void)
{
    const size_t room = 2 << 20;
    char *text = malloc(room);
    size_t size = 0;

    if (!text)
        abort();
    for (int i = 0; i < 4000; i++)
        size += (size_t)snprintf(text + size, room - size,
                                 "Package: p%d\nStatus: install ok installed\nVersion: %d-1\nDescription: %.*s\n\n", i,
                                 i, i % 97,
                                 "PPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPP"
                                 "PPPPPPPPPPPPPPPPPPPPPP");
    size += (size_t)snprintf(text + size, room - size, "Package: long\nStatus: install ok installed\nConffiles:\n");
    memset(text + size, 'P', 100000);
    size += 100000;
    size += (size_t)snprintf(text + size, room - size,
                             "\nVersion: 1\n\nPackage: end\nStatus: install ok installed\nVersion: 3\n\n");
    for (int i = 0; i < 4000; i += 37) {
        char question[32], expected[32];
        snprintf(question, sizeof question, "dpkg:p%d", i);
        snprintf(expected, sizeof expected, "p%d %d-1\n", i, i);
        says(file_with(text, size), question, HC_OK, expected, __LINE__);
    }
    says(file_with(text, size), "dpkg:end", HC_OK, "end 3\n", __LINE__);
    free(text);
}

static void folders(void)
{
    static const char *const names[] = { "qemu-base-10.1.0-1", "qemu-10.1.0-1", "ALPM_DB_VERSION", "a-b", "x" };
    char path[64];
    int fd;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        if (mkdir(path, 0700))
            abort();
    }
    fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    says(fd, "pacman:qemu-base,a", HC_OK, "qemu-base 10.1.0-1\n", __LINE__);
    fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    says(fd, "dpkg:a", HC_FAILED, "", __LINE__); /* a folder where a file should be */
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        rmdir(path);
    }
}

/* ---- notes ---- */

struct program {
    Elf64_Ehdr head;
    Elf64_Phdr segments[2];
    uint32_t sizes[3];
    char name[4], content[28];
};

static struct program sound(void)
{
    struct program p = { .sizes = { 4, 28, 0xcafe1a7e }, .name = "FDO", .content = "{\"version\":\"1\"}" };

    memcpy(p.head.e_ident, ELFMAG, SELFMAG);
    p.head.e_ident[EI_CLASS] = ELFCLASS64;
    p.head.e_ident[EI_DATA] = ELFDATA2LSB;
    p.head.e_phentsize = sizeof *p.segments;
    p.head.e_phnum = 2;
    p.head.e_phoff = offsetof(struct program, segments);
    p.segments[0].p_type = PT_LOAD;
    p.segments[1].p_type = PT_NOTE;
    p.segments[1].p_offset = offsetof(struct program, sizes);
    p.segments[1].p_filesz = sizeof p - offsetof(struct program, sizes);
    return p;
}

#define NOTE(program, answer, expected)                                                                                \
    says(file_with((const char *)&(program), sizeof(program)), NULL, answer, expected, __LINE__)

static void notes(void)
{
    struct program p = sound();

    NOTE(p, HC_OK, "{\"version\":\"1\"}");
    p.sizes[1] = 40; /* longer than the segment */
    NOTE(p, HC_ABSENT, "");
    p.sizes[1] = UINT32_MAX;
    NOTE(p, HC_ABSENT, "");
    p = sound();
    p.sizes[0] = UINT32_MAX;
    NOTE(p, HC_ABSENT, "");
    p = sound();
    p.sizes[2] = 1; /* another note */
    NOTE(p, HC_ABSENT, "");
    p = sound();
    p.head.e_phnum = UINT16_MAX;
    NOTE(p, HC_ABSENT, "");
    p = sound();
    p.head.e_phoff = UINT64_MAX;
    NOTE(p, HC_ABSENT, "");
    p = sound();
    p.segments[1].p_filesz = UINT64_MAX;
    NOTE(p, HC_ABSENT, "");
    p = sound();
    p.segments[1].p_offset = UINT64_MAX;
    NOTE(p, HC_ABSENT, "");
    says(file_with("#!/bin/sh\n", 10), NULL, HC_ABSENT, "", __LINE__);
}

int main(void)
{
    char name[] = "/tmp/hostcap-packages-XXXXXX";

    folder = mkdtemp(name);
    if (!folder)
        abort();
    small_databases();
    large_database();
    folders();
    notes();
    rmdir(folder);
    return checked();
}
