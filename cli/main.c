#include "hostcap.h"
#include "output.h"

#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_NOT_READY = 1, EXIT_ERROR = 2, EXIT_CANNOT_TELL = 3, EXIT_LIMITED = 4 };
enum { NAMES_MAX = 64, NAME_LONGEST = 40, KEY_MOST = 4096 };

struct settings {
    struct hostcap_options options;
    struct hostcap_request request;
    const char *names[NAMES_MAX];
    const char *profiles[NAMES_MAX];
    const char *output; /* a file, or NULL: standard output */
    const char *color;  /* auto, always, never */
    const char *key;    /* a file, or NULL */
    bool wants_help, wants_version;
};

struct command {
    const char *name;
    const char *arguments;
    const char *help;
    enum hostcap_document document;
    int most; /* names that it takes */
    bool needs_name;
    int (*exit_status)(struct hostcap *host, const struct settings *s);
    int without_host; /* with so many names it looks at no host; 0: it does */
};

static int by_verdict(struct hostcap *host, const struct settings *s);
static int for_monitor(struct hostcap *host, const struct settings *s);

static const struct command commands[] = {
    { "", "", "what this host can do, for a person", HOSTCAP_DOCUMENT_SUMMARY, 0, false, NULL, 0 },
    { "check", "[PROFILE...]",
      "preflight: verdict, reasons, fixes in order; exit 0 ready, 1 not ready, 2 error, 3 cannot tell, 4 limited",
      HOSTCAP_DOCUMENT_CHECK, NAMES_MAX, false, by_verdict, 0 },
    { "scan", "", "the whole report as JSON", HOSTCAP_DOCUMENT_REPORT, 0, false, NULL, 0 },
    { "list", "[TABLE]",
      "the machine as a tree; the rows of a table (--columns a,b); list facts, tables, profiles, techniques",
      HOSTCAP_DOCUMENT_LIST, 1, false, NULL, 0 },
    { "passthrough", "[DEVICE...]", "which PCI devices can go to a guest, what else goes with them, what to change",
      HOSTCAP_DOCUMENT_PASSTHROUGH, NAMES_MAX, false, NULL, 0 },
    { "explain", "ID", "a fact, check, reason code, profile or PCI device: value, evidence, fix; suitability",
      HOSTCAP_DOCUMENT_EXPLAIN, 1, true, NULL, 0 },
    { "record", "FILE",
      "everything needed to replay this host, without its identity unless --keep-identity; - is stdout",
      HOSTCAP_DOCUMENT_RECORD, 1, true, NULL, 0 },
    { "diff", "A [B]", "what changed between two reports or recordings, or since A on this host", HOSTCAP_DOCUMENT_DIFF,
      2, true, NULL, 2 },
    { "export", "FORMAT [NAME]",
      "csv [TABLE]: values of a table or facts, or of all; nagios PROFILE: a line and an exit status for monitors",
      HOSTCAP_DOCUMENT_EXPORT, 2, true, for_monitor, 0 },
    { "schema", "[diff]", "the JSON Schema of the report, or of what diff --json prints", HOSTCAP_DOCUMENT_SCHEMA, 1,
      false, NULL, 0 },
};

enum { COMMANDS = sizeof commands / sizeof *commands };

/* ---- messages ---- */

static int complain(const char *message)
{
    fprintf(stderr, "hostcap: %s\n", message);
    return EXIT_ERROR;
}

static void usage(FILE *to)
{
    fputs("usage: hostcap [COMMAND] [OPTIONS]\n\n", to);
    for (int i = 0; i < COMMANDS; i++)
        fprintf(to, "  hostcap %-12s%-13s %s\n", commands[i].name, commands[i].arguments, commands[i].help);
    fputs("\n"
          "  --json             JSON instead of text\n"
          "  --evidence         scan: also the questions that each value rests on\n"
          "  --from FILE        replay a recording (hostcap record) instead of looking at this host\n"
          "  --sysroot DIR      look at a host's files in a folder\n"
          "  --prove            let a small guest run through /dev/kvm; nothing else creates anything\n"
          "  --profile FILE     a profile of your own, beside the built-in ones (may come again)\n"
          "  --columns a,b      list, export: these columns of the table; all: every one\n"
          "  --only a,b         ask only these topics or probes (cpu, storage, ...); the rest is unknown\n"
          "  --skip a,b         ask all but these\n"
          "  --wake             read sleeping PCI devices too, which wakes them; wait for what only a device knows\n"
          "  --dell-tokens      ask Dell's firmware how it is set up (root; needs libsmbios)\n"
          "  --udev             ask udev, too: names of nodes that stay the same (tables input and serial_ports)\n"
          "  --no-names         without names of devices, which come from the data files of this machine\n"
          "  --redact           without what names this host, its people, network or place (record: always)\n"
          "  --redact-key FILE  the same with a key: reports that were made with one key still join\n"
          "  --keep-identity    record: with names and addresses\n"
          "  --color WHEN       auto, always or never (NO_COLOR is heeded)\n"
          "  -o, --output FILE  write there, whole or not at all\n"
          "  --timeout SECONDS  stop asking after this time (10; 0: never)\n"
          "  --help, --version\n",
          to);
}

/* ---- the command line ---- */

enum {
    OPT_FIRST = 256,
    OPT_JSON,
    OPT_EVIDENCE,
    OPT_FROM,
    OPT_SYSROOT,
    OPT_PROVE,
    OPT_PROFILE,
    OPT_COLUMNS,
    OPT_WAKE,
    OPT_DELL,
    OPT_UDEV,
    OPT_NO_NAMES,
    OPT_ONLY,
    OPT_SKIP,
    OPT_KEEP,
    OPT_REDACT,
    OPT_REDACT_KEY,
    OPT_COLOR,
    OPT_TIMEOUT,
    OPT_HELP,
    OPT_VERSION
};

static const struct option options[] = {
    { "json", no_argument, NULL, OPT_JSON },
    { "evidence", no_argument, NULL, OPT_EVIDENCE },
    { "from", required_argument, NULL, OPT_FROM },
    { "sysroot", required_argument, NULL, OPT_SYSROOT },
    { "prove", no_argument, NULL, OPT_PROVE },
    { "profile", required_argument, NULL, OPT_PROFILE },
    { "columns", required_argument, NULL, OPT_COLUMNS },
    { "wake", no_argument, NULL, OPT_WAKE },
    { "dell-tokens", no_argument, NULL, OPT_DELL },
    { "only", required_argument, NULL, OPT_ONLY },
    { "skip", required_argument, NULL, OPT_SKIP },
    { "udev", no_argument, NULL, OPT_UDEV },
    { "no-names", no_argument, NULL, OPT_NO_NAMES },
    { "keep-identity", no_argument, NULL, OPT_KEEP },
    { "redact", no_argument, NULL, OPT_REDACT },
    { "redact-key", required_argument, NULL, OPT_REDACT_KEY },
    { "color", optional_argument, NULL, OPT_COLOR },
    { "output", required_argument, NULL, 'o' },
    { "timeout", required_argument, NULL, OPT_TIMEOUT },
    { "help", no_argument, NULL, OPT_HELP },
    { "version", no_argument, NULL, OPT_VERSION },
    { NULL, 0, NULL, 0 },
};

static bool parse_timeout(const char *text, uint64_t *milliseconds)
{
    char *end;
    double seconds = strtod(text, &end);

    if (end == text || *end || !(seconds >= 0 && seconds <= 86400))
        return false;
    *milliseconds = (uint64_t)(seconds * 1000);
    return seconds == 0 || *milliseconds;
}

/* False: told on standard error. */
static bool take_option(struct settings *s, int option, const char *value)
{
    switch (option) {
    case OPT_JSON: s->request.flags |= HOSTCAP_JSON; return true;
    case OPT_EVIDENCE: s->request.flags |= HOSTCAP_EVIDENCE; return true;
    case OPT_KEEP: s->request.flags |= HOSTCAP_KEEP_IDENTITY; return true;
    case OPT_REDACT: s->options.redact = 1; return true;
    case OPT_REDACT_KEY: s->key = value; return true;
    case OPT_FROM: s->options.recording = value; return true;
    case OPT_SYSROOT: s->options.sysroot = value; return true;
    case OPT_PROVE: s->options.prove = 1; return true;
    case OPT_WAKE: s->options.wake = 1; return true;
    case OPT_DELL: s->options.dell_tokens = 1; return true;
    case OPT_UDEV: s->options.udev = 1; return true;
    case OPT_NO_NAMES: s->request.flags &= ~(unsigned)HOSTCAP_NAMES; return true;
    case OPT_ONLY: s->options.only = value; return true;
    case OPT_SKIP: s->options.skip = value; return true;
    case OPT_COLUMNS: s->request.columns = value; return true;
    case OPT_COLOR: s->color = value ? value : "always"; return true;
    case OPT_HELP: s->wants_help = true; return true;
    case OPT_VERSION: s->wants_version = true; return true;
    case 'o': s->output = value; return true;
    case OPT_PROFILE:
        if (s->options.profile_file_count < NAMES_MAX) {
            s->profiles[s->options.profile_file_count++] = value;
            return true;
        }
        complain("more than 64 profiles");
        return false;
    case OPT_TIMEOUT:
        if (parse_timeout(value, &s->options.timeout_ms))
            return true;
        complain("--timeout takes seconds, from 0.001 to 86400, or 0 for no limit");
        return false;
    default: /* getopt_long has told what is wrong */ fputs("Try hostcap --help.\n", stderr); return false;
    }
}

static bool parse_options(int argc, char **argv, struct settings *s)
{
    int option;

    while ((option = getopt_long(argc, argv, "o:", options, NULL)) != -1)
        if (!take_option(s, option, optarg))
            return false;
    if (strcmp(s->color, "auto") && strcmp(s->color, "always") && strcmp(s->color, "never")) {
        complain("--color takes auto, always or never");
        return false;
    }
    if (s->options.recording && s->options.sysroot) {
        complain("--from and --sysroot cannot be used together");
        return false;
    }
    if (s->options.prove && (s->options.recording || s->options.sysroot)) {
        complain("--prove runs a guest on this host: it does not go with --from or --sysroot");
        return false;
    }
    if (s->options.dell_tokens && (s->options.recording || s->options.sysroot)) {
        complain("--dell-tokens asks the firmware of this host: it does not go with --from or --sysroot");
        return false;
    }
    if (s->options.wake && (s->options.recording || s->options.sysroot)) {
        complain("--wake wakes and asks devices of this host: it does not go with --from or --sysroot");
        return false;
    }
    if (s->options.udev && (s->options.recording || s->options.sysroot)) {
        complain("--udev asks the database of this host: it does not go with --from or --sysroot");
        return false;
    }
    return true;
}

/* Letters to change, add or leave out on the way from one name to the other, of short names. */
static int distance(const char *a, const char *b)
{
    int row[NAME_LONGEST + 1], n = (int)strlen(a), m = (int)strlen(b);

    if (n > NAME_LONGEST || m > NAME_LONGEST)
        return NAME_LONGEST;
    for (int j = 0; j <= m; j++)
        row[j] = j;
    for (int i = 1; i <= n; i++) {
        int diagonal = row[0];
        row[0] = i;
        for (int j = 1; j <= m; j++) {
            int above = row[j], change = diagonal + (a[i - 1] != b[j - 1]);
            row[j] = above + 1 < change ? above + 1 : change;
            row[j] = row[j - 1] + 1 < row[j] ? row[j - 1] + 1 : row[j];
            diagonal = above;
        }
    }
    return row[m];
}

static const struct command *find_command(const char *name)
{
    int nearest = 0, least = NAME_LONGEST;

    for (int i = 0; i < COMMANDS; i++) {
        int d = distance(name, commands[i].name);
        if (!d)
            return &commands[i];
        if (i && d < least) {
            least = d;
            nearest = i;
        }
    }
    fprintf(stderr, "hostcap: no command \"%.80s\"", name);
    if (least <= (int)strlen(name) / 2)
        fprintf(stderr, ": did you mean %s?", commands[nearest].name);
    fputs(nearest && least <= (int)strlen(name) / 2 ? " There are" : "; there are", stderr);
    for (int i = 1; i < COMMANDS; i++)
        fprintf(stderr, " %s", commands[i].name);
    fputs(". Try hostcap --help.\n", stderr);
    return NULL;
}

static bool takes_columns(const struct command *command, const struct settings *s)
{
    const size_t table = command->document == HOSTCAP_DOCUMENT_LIST ? 0 : 1;

    if (command->document != HOSTCAP_DOCUMENT_LIST && command->document != HOSTCAP_DOCUMENT_EXPORT)
        return false;
    return s->request.name_count > table && strcmp(s->names[table], "facts") != 0 &&
           strcmp(s->names[table], "tables") != 0;
}

static bool looks_at_none(const struct command *command, const struct settings *s)
{
    return command->document == HOSTCAP_DOCUMENT_SCHEMA ||
           (command->without_host && (int)s->request.name_count >= command->without_host);
}

/* A command, then its names. */
static const struct command *parse_names(int argc, char **argv, struct settings *s)
{
    const struct command *command = find_command(optind < argc ? argv[optind++] : "");

    if (!command)
        return NULL;
    for (; optind < argc; optind++) {
        if (s->request.name_count == (size_t)command->most) {
            fprintf(stderr, "hostcap: %s takes no further \"%s\". Try hostcap --help.\n", command->name, argv[optind]);
            return NULL;
        }
        s->names[s->request.name_count++] = argv[optind];
    }
    if (command->needs_name && !s->request.name_count) {
        fprintf(stderr, "hostcap: usage: hostcap %s %s\n", command->name, command->arguments);
        return NULL;
    }
    if (s->request.columns && !takes_columns(command, s)) {
        complain("--columns goes with hostcap list TABLE and hostcap export csv TABLE");
        return NULL;
    }
    if ((s->options.only || s->options.skip) && looks_at_none(command, s)) {
        complain("--only and --skip go with what looks at a host");
        return NULL;
    }
    if (command->document == HOSTCAP_DOCUMENT_RECORD && s->key) {
        complain("a recording is redacted without a key; reports that join are hostcap scan --redact-key FILE");
        return NULL;
    }
    if ((s->options.redact || s->key) && (s->request.flags & HOSTCAP_KEEP_IDENTITY)) {
        complain("--redact and --keep-identity cannot be used together");
        return NULL;
    }
    return command;
}

/* ---- running ---- */

/* The worst of the profiles asked for, or of all for this architecture: not ready, cannot tell, limited, ready. */
static int by_verdict(struct hostcap *host, const struct settings *s)
{
    static const int order[] = { EXIT_SUCCESS, EXIT_LIMITED, EXIT_CANNOT_TELL, EXIT_NOT_READY };
    static const int rank[] = { [HOSTCAP_READY] = 0,        [HOSTCAP_LIMITED] = 1,     [HOSTCAP_READY_AFTER_FIXES] = 3,
                                [HOSTCAP_NOT_POSSIBLE] = 3, [HOSTCAP_CANNOT_TELL] = 2, [HOSTCAP_NO_SUCH_PROFILE] = 0 };
    size_t count = s->request.name_count ? s->request.name_count : hostcap_profile_count(host);
    int worst = 0;

    for (size_t i = 0; i < count; i++) {
        const char *id = s->request.name_count ? s->names[i] : hostcap_profile_id(host, i);
        int this = rank[hostcap_verdict(host, id)];
        if (s->request.name_count || hostcap_profile_fits(host, id))
            worst = this > worst ? this : worst;
    }
    return order[worst];
}

/* Of a plugin: 0 OK, 1 warning, 2 critical, 3 unknown (Monitoring Plugins, development guidelines); 0 for other
 * formats. */
static int for_monitor(struct hostcap *host, const struct settings *s)
{
    static const int status[] = {
        [HOSTCAP_READY] = 0,        [HOSTCAP_LIMITED] = 1,     [HOSTCAP_READY_AFTER_FIXES] = 2,
        [HOSTCAP_NOT_POSSIBLE] = 2, [HOSTCAP_CANNOT_TELL] = 3, [HOSTCAP_NO_SUCH_PROFILE] = 3
    };

    return strcmp(s->names[0], "nagios") ? EXIT_SUCCESS : status[hostcap_verdict(host, s->names[1])];
}

/* record writes to the file that it names; -o is another way to say it. */
static bool choose_output(const struct command *command, struct settings *s)
{
    if (command->document != HOSTCAP_DOCUMENT_RECORD)
        return true;
    if (s->output) {
        complain("record names its file itself: hostcap record FILE");
        return false;
    }
    s->output = strcmp(s->names[0], "-") ? s->names[0] : NULL;
    s->request.name_count = 0;
    return true;
}

static int render_and_write(const struct command *command, struct hostcap *host, struct settings *s)
{
    char error[HOSTCAP_ERROR_SIZE] = "", *text;
    int status = EXIT_SUCCESS;

    s->request.document = command->document;
    if (use_color(s->color, s->output))
        s->request.flags |= HOSTCAP_COLOR;
    s->request.width = s->output ? 0 : terminal_width();
    if (hostcap_render(host, &s->request, &text, error))
        return complain(error);
    if (write_document(s->output, text, error))
        status = complain(error);
    else if (command->exit_status)
        status = command->exit_status(host, s);
    hostcap_release(text);
    return status;
}

/* The bytes of the file without the newline that an editor puts at its end. */
static bool read_key(const char *path, struct hostcap_options *o, char *key, char *error)
{
    FILE *file = open_to_read(path);
    size_t size = file ? fread(key, 1, KEY_MOST + 1, file) : 0;
    const bool read = file && !ferror(file);

    if (!read)
        snprintf(error, HOSTCAP_ERROR_SIZE, "%.300s: cannot read the key: %s", path, strerror(errno));
    else if (size > KEY_MOST)
        snprintf(error, HOSTCAP_ERROR_SIZE, "%.300s: a key has at most %d bytes", path, KEY_MOST);
    if (file)
        fclose(file);
    while (size && (key[size - 1] == '\n' || key[size - 1] == '\r'))
        size--;
    o->redact_key = key;
    o->redact_key_size = size;
    return read && size <= KEY_MOST;
}

static int run(const struct command *command, struct settings *s)
{
    char error[HOSTCAP_ERROR_SIZE], key[KEY_MOST + 1];
    struct hostcap *host = NULL;
    int status;

    if (!choose_output(command, s))
        return EXIT_ERROR;
    if (s->key && !read_key(s->key, &s->options, key, error))
        return complain(error);
    if (!looks_at_none(command, s) && hostcap_open(&s->options, &host, error))
        return complain(error);
    status = render_and_write(command, host, s);
    hostcap_close(host);
    return status;
}

static int finish_stdout(void)
{
    char error[HOSTCAP_ERROR_SIZE];

    if (!fflush(stdout))
        return EXIT_SUCCESS;
    snprintf(error, sizeof error, "standard output: cannot write: %s", strerror(errno));
    return complain(error);
}

int main(int argc, char **argv)
{
    struct settings s = { .options = HOSTCAP_OPTIONS_INIT, .request = { .size = sizeof s.request }, .color = "auto" };
    const struct command *command;

    secure_standard_files();
    argv = native_arguments(argc, argv);
    s.options.timeout_ms = 10000;
    s.options.profile_files = s.profiles;
    s.request.names = s.names;
    s.request.flags = HOSTCAP_NAMES;
    if (!parse_options(argc, argv, &s))
        return EXIT_ERROR;
    if (s.wants_help) {
        usage(stdout);
        return finish_stdout();
    }
    if (s.wants_version) {
        printf("hostcap %s\n", hostcap_version());
        return finish_stdout();
    }
    command = parse_names(argc, argv, &s);
    return command ? run(command, &s) : EXIT_ERROR;
}
