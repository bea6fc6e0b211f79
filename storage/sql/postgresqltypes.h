#pragma once

namespace portolan {

/// Numbers of types, fixed for ever (PostgreSQL's catalog/pg_type.dat).
enum PostgresqlType : unsigned {
    boolType = 16,
    byteaType = 17,
    int8Type = 20,
    int2Type = 21,
    int4Type = 23,
    textType = 25,
    oidType = 26,
    float4Type = 700,
    float8Type = 701,
    dateType = 1082,
    timestampType = 1114,
    timestamptzType = 1184,
    numericType = 1700,
};

} // namespace portolan
