#include "view.h"

#include "tables.h"

#include <string.h>

struct hc_view hc_view_of(const struct hc_facts *facts)
{
    struct hc_view view;

    view.facts = facts;
    view.count = 0; /* what is beyond it need not be cleared for every requirement */
    return view;
}

static const struct hc_cell *note(struct hc_view *view, enum hc_fact fact)
{
    for (size_t i = 0; i < view->count; i++)
        if (view->seen[i] == fact)
            return &view->facts->cells[fact];
    view->seen[view->count++] = (uint16_t)fact;
    return &view->facts->cells[fact];
}

enum hc_tri hc_see(struct hc_view *view, struct hc_flag_id id)
{
    const struct hc_cell *cell = note(view, id.fact);

    return cell->known ? hc_tri(cell->flag) : HC_UNKNOWN;
}

bool hc_see_number(struct hc_view *view, struct hc_number_id id, uint64_t *value)
{
    const struct hc_cell *cell = note(view, id.fact);

    *value = cell->number;
    return cell->known;
}

const char *hc_see_text(struct hc_view *view, struct hc_text_id id)
{
    const struct hc_cell *cell = note(view, id.fact);

    return cell->known ? cell->text : NULL;
}

const char *hc_see_word(struct hc_view *view, struct hc_word_id id)
{
    const struct hc_cell *cell = note(view, id.fact);

    return cell->known ? cell->text : NULL;
}

enum hc_tri hc_see_is(struct hc_view *view, struct hc_word_id id, const char *word)
{
    const char *value = hc_see_word(view, id);

    return value ? hc_tri(!strcmp(value, word)) : HC_UNKNOWN;
}

bool hc_unanswered(struct hc_view *view, enum hc_fact fact)
{
    const struct hc_cell *cell = note(view, fact);

    return !cell->known && cell->why && cell->why->answer != HC_ABSENT;
}

bool hc_arose(struct hc_view *view, enum hc_fact fact)
{
    const struct hc_cell *cell = note(view, fact);

    return cell->known || cell->why || cell->via_count;
}

bool hc_tried(struct hc_view *view, enum hc_fact fact)
{
    const struct hc_cell *cell = note(view, fact);

    return !cell->known && cell->why && (cell->why->answer == HC_DENIED || cell->why->answer == HC_FAILED);
}

/* All options come from one file: what KVM's says of it is the evidence. */
const char *hc_see_option(struct hc_view *view, const char *name)
{
    note(view, HC_CONFIG_KVM.fact);
    for (const struct hc_table_row *row = view->facts->tables[HC_TABLE_KERNEL_OPTIONS].first; row; row = row->next) {
        const struct hc_cell *value = &row->cells[HC_COL_OPTION_VALUE];
        if (!strcmp(row->cells[HC_COL_OPTION_NAME].text, name))
            return value->known ? value->text : NULL;
    }
    return NULL;
}

void hc_see_again(struct hc_view *view, const uint16_t *seen, size_t count)
{
    for (size_t i = 0; i < count; i++)
        note(view, (enum hc_fact)seen[i]);
}

const uint16_t *hc_seen(const struct hc_view *view, struct hc_arena *arena)
{
    uint16_t *copy = view->count ? hc_alloc(arena, view->count * sizeof *copy) : NULL;

    for (size_t i = 0; copy && i < view->count; i++) {
        size_t place = i; /* sorted: compilers differ in the order in which arguments are looked at */
        for (; place && copy[place - 1] > view->seen[i]; place--)
            copy[place] = copy[place - 1];
        copy[place] = view->seen[i];
    }
    return copy;
}

static void add_reply(const struct hc_reply *reply, const struct hc_reply **out, size_t *count, size_t room)
{
    for (size_t i = 0; i < *count; i++)
        if (out[i]->key == reply->key) /* every key is one string: rewordings share it */
            return;
    if (*count < room)
        out[(*count)++] = reply;
}

/* Conclusions rest on facts of earlier rows or on other conclusions; none rests on itself (tested), so this ends. */
static void collect(const struct hc_facts *facts, enum hc_fact fact, const struct hc_reply **out, size_t *count,
                    size_t room)
{
    const struct hc_cell *cell = &facts->cells[fact];

    for (size_t i = 0; i < cell->via_count; i++)
        collect(facts, (enum hc_fact)cell->via[i], out, count, room);
    if (!cell->via_count && cell->why && cell->why->answer != HC_NOT_RECORDED) /* nobody asked: no evidence */
        add_reply(cell->why, out, count, room);
}

size_t hc_evidence(const struct hc_facts *facts, const uint16_t *via, size_t via_count, const struct hc_reply **out,
                   size_t room)
{
    size_t count = 0;

    for (size_t i = 0; i < via_count; i++)
        collect(facts, (enum hc_fact)via[i], out, &count, room);
    return count;
}

/* --prove is an offer, not a question that failed. */
int hc_open_rank(const struct hc_reply *reply)
{
    static const int ranks[HC_ANSWERS] = { [HC_DENIED] = 6,   [HC_FAILED] = 5,       [HC_UNSUPPORTED] = 4,
                                           [HC_REDACTED] = 3, [HC_NOT_RECORDED] = 2, [HC_ABSENT] = 1 };

    if (!reply || !strcmp(reply->key, "ioctl:kvm:prove"))
        return reply ? 0 : -1;
    return ranks[reply->answer];
}

const struct hc_reply *hc_open_reply(const struct hc_facts *facts, enum hc_fact fact)
{
    const struct hc_cell *cell = &facts->cells[fact];
    const struct hc_reply *best = NULL;

    if (cell->known || !cell->via_count)
        return cell->known ? NULL : cell->why;
    for (size_t i = 0; i < cell->via_count; i++) {
        const struct hc_reply *reply = hc_open_reply(facts, (enum hc_fact)cell->via[i]);
        if (hc_open_rank(reply) > hc_open_rank(best))
            best = reply;
    }
    return best;
}
