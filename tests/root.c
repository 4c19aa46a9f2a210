/* Names never lead out of a tree: the kernel's openat2 and our own walk must agree on every name. */
#include "sysroot.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int failures;

static void make_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

    if (fd < 0 || write(fd, text, strlen(text)) < 0) {
        perror(path);
        exit(1);
    }
    close(fd);
}

static void make_tree(void)
{
    make_file("secret", "secret");
    if (mkdir("tree", 0755) || mkdir("tree/a", 0755) || mkdir("tree/a/b", 0755) || mkdir("tree/empty", 0755))
        exit(1);
    make_file("tree/file", "inside");
    make_file("tree/secret", "inside");
    make_file("tree/a/b/deep", "inside");
    if (symlink("/secret", "tree/absolute") || symlink("../../../../secret", "tree/a/b/up") ||
        symlink("../../secret", "tree/a/up") || symlink("loop", "tree/loop") || symlink("a/b", "tree/short") ||
        symlink("/a/b/deep", "tree/long") || symlink("/", "tree/top") || symlink("nowhere", "tree/dangling") ||
        symlink("/etc/passwd", "tree/passwd") || symlink("file/", "tree/slash"))
        exit(1);
}

/* What opening gives: the text, or the name of the error. */
static const char *look(int root, const char *path, bool by_kernel, char *text)
{
    int fd = hc_open_in_root(root, path, O_RDONLY | O_CLOEXEC, by_kernel);
    struct stat st;
    ssize_t n;

    if (fd < 0)
        return errno == ELOOP ? "ELOOP" : errno == ENOENT ? "ENOENT" : errno == ENOTDIR ? "ENOTDIR" : strerror(errno);
    if (!fstat(fd, &st) && S_ISDIR(st.st_mode)) {
        close(fd);
        return "folder";
    }
    n = read(fd, text, 63);
    text[n > 0 ? n : 0] = '\0';
    close(fd);
    return text;
}

int main(void)
{
    static const struct {
        const char *path, *expected;
    } rows[] = {
        { "/file", "inside" },       { "file", "inside" },         { "/a/../file", "inside" },
        { "/../../file", "inside" }, { "/absolute", "inside" },    { "/a/b/up", "inside" },
        { "/a/up", "inside" },       { "/short/deep", "inside" },  { "/long", "inside" },
        { "/top/file", "inside" },   { "/top/top/a/b", "folder" }, { "/loop", "ELOOP" },
        { "/dangling", "ENOENT" },   { "/nothing", "ENOENT" },     { "/file/x", "ENOTDIR" },
        { "/passwd", "ENOENT" },     { "/../secret", "inside" },   { "/a/../../secret", "inside" },
        { "/", "folder" },           { "/empty/..", "folder" },
    };
    char folder[] = "/tmp/hostcap-root-XXXXXX", kernel[64], hand[64];
    int root;

    if (!mkdtemp(folder) || chdir(folder))
        return 1;
    make_tree();
    root = open("tree", O_PATH | O_DIRECTORY | O_CLOEXEC);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *by_kernel = look(root, rows[i].path, true, kernel),
                   *by_hand = look(root, rows[i].path, false, hand);
        if (strcmp(by_kernel, rows[i].expected) || strcmp(by_hand, rows[i].expected)) {
            printf("%s: expected %s, the kernel says %s, we say %s\n", rows[i].path, rows[i].expected, by_kernel,
                   by_hand);
            failures++;
        }
    }
    close(root);
    printf("%d failures\n", failures);
    return failures != 0;
}
