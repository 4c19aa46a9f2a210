#include "text_techniques.h"

#include "paper.h"

#include <string.h>

enum { GROUP = 10, NAME = 20, STATE = 5 };

char *hc_render_techniques_text(const struct hc_report *report, struct hc_terminal terminal)
{
    static const enum hc_ink inks[] = { [HC_UNKNOWN] = HC_WARN, [HC_NO] = HC_DIM, [HC_YES] = HC_GOOD };
    static const char *const words[] = { [HC_UNKNOWN] = "?", [HC_NO] = "no", [HC_YES] = "yes" };
    struct hc_paper paper = { .terminal = terminal };
    const char *group = "";

    for (size_t i = 0; i < report->techniques->count; i++) {
        const struct hc_technique *t = &report->techniques->list[i];
        const bool first = strcmp(group, t->group) != 0;
        if (first && i)
            hc_write(&paper, "\n");
        group = t->group;
        hc_ink(&paper, HC_BOLD, "%-*s", GROUP, first ? group : "");
        hc_write(&paper, "%-*s", NAME, t->name);
        hc_ink(&paper, inks[t->state], "%-*s", STATE, words[t->state]);
        hc_wrap(&paper, GROUP + NAME + STATE, GROUP + NAME + STATE, hc_clean(report->arena, t->because));
    }
    return hc_take(&paper);
}
