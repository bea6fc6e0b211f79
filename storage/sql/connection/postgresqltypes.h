#pragma once

namespace portolan {

/// Numbers of types, fixed for ever (PostgreSQL's catalog/pg_type.dat).
enum PostgresqlType : unsigned {
    boolType = 16,
    byteaType = 17,
    nameType = 19,
    int8Type = 20,
    int2Type = 21,
    int4Type = 23,
    textType = 25,
    oidType = 26,
    jsonType = 114,
    float4Type = 700,
    float8Type = 701,
    bpcharType = 1042,
    varcharType = 1043,
    dateType = 1082,
    timestampType = 1114,
    timestamptzType = 1184,
    numericType = 1700,
    uuidType = 2950,
    jsonbType = 3802,
};

} // namespace portolan
