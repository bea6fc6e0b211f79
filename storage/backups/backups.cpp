#include "storage/backups/backups.h"

#include "storage/listing/filter.h"

#include <algorithm>

namespace portolan {

namespace {

constexpr char provedWord[] = "ok";
constexpr char uncheckedAfter[] = "ok; ";
constexpr char refusedBefore[] = "not restorable: ";
constexpr char lacksBefore[] = "not in it: ";

constexpr Column<BackupEntry> backupTable[] = {
    {"id", ColumnType::Text, [](const BackupEntry& e) { return Value(e.id); }},
    {"created_at", ColumnType::Time, [](const BackupEntry& e) { return Value(e.createdAt); }},
    {"kind", ColumnType::Text, [](const BackupEntry& e) { return Value(e.kind); }},
    {"file", ColumnType::Text, [](const BackupEntry& e) { return Value(e.file.toUtf8()); }},
    {"rows", ColumnType::Integer, [](const BackupEntry& e) { return Value(e.rows); }},
    {"bytes", ColumnType::Integer, [](const BackupEntry& e) { return Value(e.bytes); }},
    {"schema_version", ColumnType::Integer, [](const BackupEntry& e) { return optionalValue(e.schemaVersion); }},
    {"verified_at", ColumnType::Time, [](const BackupEntry& e) { return optionalValue(e.verifiedAt); }},
    {"result", ColumnType::Text, [](const BackupEntry& e) { return e.result.isEmpty() ? Value() : Value(e.result); }},
};

} // namespace

std::span<const Column<BackupEntry>> backupColumns() {
    return backupTable;
}

const ColumnSet& backupSchema() {
    static const ColumnSet schema = schemaOf(backupColumns(), "created_at", {"id", "kind", "file", "result"});
    return schema;
}

QByteArray provedResult(const BackupProof& proof, const QByteArrayList& lacks) {
    if (!proof.refusal.isEmpty())
        return refusedBefore + proof.refusal.toUtf8();
    QByteArrayList words;
    for (const QString& unchecked : proof.unchecked)
        words << unchecked.toUtf8();
    if (!lacks.isEmpty())
        words << lacksBefore + lacks.join("; ");
    return words.isEmpty() ? QByteArray(provedWord) : uncheckedAfter + words.join("; ");
}

bool isProved(const BackupEntry& backup) {
    return backup.result == provedWord || backup.result.startsWith(uncheckedAfter);
}

bool isLackingRows(const BackupEntry& backup) {
    const qsizetype lacks = backup.result.indexOf(lacksBefore);
    return lacks >= 0 && backup.result.indexOf(rowsLackBefore, lacks) >= 0;
}

bool isBackupId(QByteArrayView word) {
    constexpr qsizetype digits = 8;
    return word.size() == digits
           && std::ranges::all_of(word, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

} // namespace portolan
