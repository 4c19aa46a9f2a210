/* ACPI tables that describe IOMMUs, walked within bounds. The tables hold names of makers, addresses of registers and
   of devices, nothing that names the host: a recording keeps them as they are. */
#ifndef HC_ACPI_H
#define HC_ACPI_H

#include "ask.h"
#include "facts.h"

enum { HC_ACPI_HEADER = 36 }; /* ACPI 6.5, table 5.4: bytes of the header that all tables have */

struct hc_acpi_pci;

/* One table. Its bytes are those that its header counts, or fewer where the file ends before. */
struct hc_acpi {
    struct hc_source *src;
    struct hc_facts *facts;
    const struct hc_acpi_pci *pci;
    const struct hc_reply *reply;  /* of the file, or the reason that there are no bytes */
    const struct hc_reply *broken; /* failed, by the first fault; NULL: none so far */
    struct hc_text bytes;
    bool cut; /* the walk could not reach the end: what was counted may not be all */
};

/* A structure, as far as it lies in what holds it. */
struct hc_acpi_piece {
    size_t at, end;
    bool whole; /* its length fits */
};

/* A field of fixed place: of 1, 2, 4 or 8 bytes. */
struct hc_acpi_field {
    int column;
    size_t offset;
    unsigned size;
};

/* The first fault stands: at which byte, and what is wrong there. */
void hc_acpi_fault(struct hc_acpi *table, size_t at, const char *what);

/* The reply behind a fact of these bytes; failed where the table is too short. */
const struct hc_reply *hc_acpi_part(struct hc_acpi *table, size_t at, unsigned size, uint64_t *value);

/* Whether the table has as many bytes; where not, the walk is cut. */
bool hc_acpi_holds(struct hc_acpi *table, size_t size);

/* The reply behind what was counted on the walk: 0 where there is no table, unknown where the walk was cut. */
const struct hc_reply *hc_acpi_counted(struct hc_acpi *table);

/* The structure at a place that has length bytes by its own word and needs least; end is where its holder ends. False
   where the walk cannot go on behind it; the piece is then what there is of it. */
bool hc_acpi_piece(struct hc_acpi *table, size_t at, size_t end, uint64_t length, size_t least, const char *name,
                   struct hc_acpi_piece *piece);

/* Little-endian; false where it lies behind the end of the piece. */
bool hc_acpi_read(const struct hc_acpi *table, const struct hc_acpi_piece *piece, size_t offset, unsigned size,
                  uint64_t *value);

/* Cells. Where the piece ends before the field they are unknown, because of the fault. */
void hc_acpi_fields(struct hc_acpi *table, struct hc_table_row *row, const struct hc_acpi_piece *piece,
                    const struct hc_acpi_field *fields, size_t count);
#define HC_ACPI_FIELDS(table, row, piece, fields)                                                                      \
    hc_acpi_fields(table, row, piece, fields, sizeof(fields) / sizeof *(fields))
void hc_acpi_number(struct hc_acpi *table, struct hc_table_row *row, int column, uint64_t value);
/* Characters up to a NUL or the end of the piece, at most that many. */
void hc_acpi_text(struct hc_acpi *table, struct hc_table_row *row, int column, const struct hc_acpi_piece *piece,
                  size_t offset, size_t most);

/* A cell with the PCI function at the end of a path: from a bus down, a step for each pair of bytes (device, function),
   through the secondary bus of every bridge (VT-d specification 4.1, 8.3.1). Empty: no such function. Unknown while the
   functions or the buses of the bridges are. */
void hc_acpi_resolve(struct hc_acpi *table, struct hc_table_row *row, int column, uint64_t segment, uint64_t bus,
                     struct hc_text path);
void hc_acpi_resolve_id(struct hc_acpi *table, struct hc_table_row *row, int column, uint64_t segment, uint64_t id);

/* Each walks one table and puts what it says; without bytes every fact is unknown, because of the reply. */
void hc_acpi_dmar(struct hc_acpi *table);
void hc_acpi_ivrs(struct hc_acpi *table);
void hc_acpi_iort(struct hc_acpi *table);

#endif
