/* Each line of /proc/iomem stands two blanks deeper than the one whose memory it is part of (Linux kernel/resource.c,
   r_show). Without privilege its addresses are zeros, and its names are told all the same. */
#include "iomem.h"

/* "  fd000000-fdffffff : 0000:00:02.0" */
static bool read_line(struct hc_text line, size_t *depth, struct hc_text *name)
{
    struct hc_text range;

    for (*depth = 0; *depth < line.size && line.at[*depth] == ' '; (*depth)++)
        continue;
    return hc_split(line, ':', &range, name);
}

/* Linux drivers/firmware/sysfb_simplefb.c; drivers/video/fbdev/efifb.c, vesafb.c, simplefb.c; drivers/gpu/drm/sysfb */
static bool of_firmware(struct hc_text name)
{
    static const char *const names[] = { "BOOTFB",    "efifb",  "vesafb",  "simplefb",
                                         "simpledrm", "efidrm", "vesadrm", "simple-framebuffer" };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (hc_text_is(name, names[i]))
            return true;
    return false;
}

const struct hc_reply *hc_ask_framebuffer(struct hc_source *src, struct hc_text address, struct hc_text *name)
{
    struct hc_text text, line, what;
    const struct hc_reply *reply = hc_ask_file(src, "/proc/iomem", &text);
    size_t depth, window = 0;
    bool inside = false, any = false;

    *name = HC_TEXT("");
    while (hc_next_line(&text, &line)) {
        if (!read_line(line, &depth, &what))
            continue;
        any = true;
        inside = inside && depth > window;
        if (inside && of_firmware(what) && !name->size)
            *name = what;
        if (inside || !hc_same_text(what, address))
            continue;
        inside = true;
        window = depth;
    }
    return reply->answer == HC_OK && !any ? hc_malformed(src, reply, "ranges of memory were expected") : reply;
}
