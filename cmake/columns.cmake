# Writes the column numbers of every table (tables.h) and their rows (table_fields.h) from probe/tables.def: a .def file
# can hold rows only, so that a list of .def files to include needs this.
function(write_columns)
  file(STRINGS probe/tables.def lines REGEX "^TABLE\\(")
  set(numbers "/* Column numbers of every table; made by cmake/columns.cmake from tables.def. */\n#ifndef HC_TABLES_H\n#define HC_TABLES_H\n")
  set(rows "/* What each column is; made by cmake/columns.cmake from tables.def. */\n")
  foreach(line IN LISTS lines)
    string(REGEX REPLACE "^TABLE\\([A-Z0-9_]+, \"[a-z0-9_.]+\", ([a-z0-9_]+),.*$" "\\1" name "${line}")
    string(APPEND numbers "#define COLUMN(id, type, key, class, volatility, meaning) HC_COL_##id,\n"
      "enum {\n#include \"table_${name}.def\"\n};\n")
    string(APPEND rows "#define COLUMN(id, type, key, class, volatility, meaning) \\\n"
      "    { HC_TYPE_##type, HC_##class, HC_##volatility, key, sizeof(key) - 1, meaning, NULL },\n"
      "static const struct hc_field ${name}[] = {\n#include \"table_${name}.def\"\n};\n")
  endforeach()
  file(CONFIGURE OUTPUT generated/tables.h CONTENT "${numbers}\n#endif\n" @ONLY)
  file(CONFIGURE OUTPUT generated/table_fields.h CONTENT "${rows}" @ONLY)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS probe/tables.def)
endfunction()
