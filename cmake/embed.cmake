# Writes a JSON file into a C file: cmake -DOUTPUT=FILE -DSCHEMA=FILE -P embed.cmake
file(READ ${SCHEMA} json)
string(REGEX REPLACE "\n *" "" json "${json}") # line breaks of JSON stand between its words only
string(HEX "${json}" hex)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
file(WRITE ${OUTPUT} "/* Made by cmake/embed.cmake. */\n#include \"schema.h\"\n\n"
  "static const char schema[] = {${bytes}0};\n\n"
  "const struct hc_text hc_schema_text = {schema, sizeof schema - 1};\n")
