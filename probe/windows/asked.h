/* What probes ask of Windows, by type. Everything that Wine answers of the system is made up, and comes back as
   unsupported: a program for Windows that runs there is not on Windows. */
#ifndef HC_WINDOWS_ASKED_H
#define HC_WINDOWS_ASKED_H

#include "ask.h"

/* Whether the host is one of these at all; elsewhere the probes of Windows ask nothing. */
bool hc_is_windows(const struct hc_source *src);

/* api:WHAT */
const struct hc_reply *hc_ask_api_text(struct hc_source *src, const char *what, struct hc_text *text);
const struct hc_reply *hc_ask_api_number(struct hc_source *src, const char *what, uint64_t *value);
/* The number on the line "name value". */
const struct hc_reply *hc_ask_api_line(struct hc_source *src, const char *what, const char *name, uint64_t *value);
/* Bytes that are told as pairs of digits, at least so many. */
const struct hc_reply *hc_ask_api_bytes(struct hc_source *src, const char *what, unsigned char *bytes, size_t count);

/* A value of the registry, "HKLM\PATH:VALUE": a number, or a text. */
const struct hc_reply *hc_ask_reg_number(struct hc_source *src, const char *place, uint64_t *value);
const struct hc_reply *hc_ask_reg_text(struct hc_source *src, const char *place, struct hc_text *text);

/* "NAMESPACE:CLASS:PROPERTY,PROPERTY": rows, apart by an empty line, of lines PROPERTY=VALUE. */
const struct hc_reply *hc_ask_wmi(struct hc_source *src, const char *question, struct hc_text *rows);
bool hc_next_wmi_row(struct hc_text *rows, struct hc_text *row);
/* False: the property is not known there. */
bool hc_wmi_text(struct hc_text row, const char *property, struct hc_text *value);
bool hc_wmi_number(struct hc_text row, const char *property, uint64_t *value);
bool hc_wmi_flag(struct hc_text row, const char *property, bool *value);
/* "{1,2}" as "1 2", in the memory of the source. */
struct hc_text hc_wmi_list(struct hc_source *src, struct hc_text value);

/* fwtable:WHAT, such as ACPI:DMAR; fwtables:ACPI: names, a line each. */
const struct hc_reply *hc_ask_fwtable(struct hc_source *src, const char *what, struct hc_text *bytes);
const struct hc_reply *hc_ask_firmware_tables(struct hc_source *src, struct hc_text *names);

/* devices:ENUMERATOR: a row for each device, in the form of rows of WMI. */
const struct hc_reply *hc_ask_devices(struct hc_source *src, const char *enumerator, struct hc_text *rows);

#endif
