// Configuration files: two levels of YAML, or a mistake with its place.

#include "storage/base/configtext.h"
#include "tests/fuzz/fuzztarget.h"

#include <QRegularExpression>
#include <QSet>

using namespace portolan;
using fuzz::require;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const QByteArray yaml = fuzz::bytesOf(data, size).toByteArray();
    const auto sections = parseConfig(yaml, QStringLiteral("database.yaml"));
    if (!sections) {
        static const QRegularExpression place(QStringLiteral("^database\\.yaml:\\d+:\\d+"));
        require(sections.error().code == ErrorCode::Usage, "a mistake in the file is the writer's");
        require(place.match(sections.error().text).hasMatch(), "a mistake has its place");
        return 0;
    }
    const auto lines = yaml.count('\n') + yaml.count('\r') + 1;
    QSet<QString> names;
    qsizetype characters = 0;
    for (const ConfigSection& section : *sections) {
        require(!names.contains(section.name), "a section stands once");
        names.insert(section.name);
        QSet<QString> keys;
        for (const ConfigValue& value : section.values) {
            require(!keys.contains(value.key), "a key stands once");
            keys.insert(value.key);
            require(value.line >= 1 && value.line <= lines + 1 && value.column >= 1, "a value stands in the file");
            characters += value.text.size();
        }
    }
    require(characters <= 2 * yaml.size() + 16, "nothing is expanded");
    return 0;
}
