#include "storage/base/configtext.h"

#include <algorithm>
#include <optional>
#include <sstream>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

namespace portolan {

namespace {

/// The parser's events, one after the other. The first mistake is kept; what comes after it is passed over.
class SectionReader : public YAML::EventHandler {
public:
    explicit SectionReader(const QString& file) : m_file(file) {}

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { scalar(mark, "", anchor, {}); }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
        refuse(mark, QStringLiteral("an alias (*name) is not allowed; write the value out"));
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override {
        scalar(mark, tag, anchor, QString::fromStdString(value));
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                         YAML::EmitterStyle::value) override {
        refuse(mark, QStringLiteral("a list is not expected here"));
    }
    void OnSequenceEnd() override {}
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        plain(mark, tag, anchor);
        if (m_depth == 2 || (m_depth == 1 && !m_inSection))
            refuse(mark, m_depth == 2 ? QStringLiteral("a value is expected here, not a group")
                                      : QStringLiteral("a name is expected here"));
        ++m_depth;
    }
    void OnMapEnd() override {
        --m_depth;
        m_inSection = false;
    }

    std::vector<ConfigSection> sections;
    std::optional<Error> mistake;

private:
    void refuse(const YAML::Mark& mark, const QString& what) {
        if (!mistake)
            mistake = configError(m_file, mark.line + 1, mark.column + 1, what);
    }
    void plain(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
        if (!tag.empty() && tag != "?" && tag != "!")
            refuse(mark, QStringLiteral("a tag (!name) is not allowed"));
        if (anchor != 0)
            refuse(mark, QStringLiteral("an anchor (&name) is not allowed"));
    }
    void scalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const QString& text);
    void beginSection(const YAML::Mark& mark, const QString& name);
    void setValue(const YAML::Mark& mark, const QString& text);
    void setKey(const YAML::Mark& mark, const QString& text);

    const QString& m_file;
    int m_depth = 0;
    bool m_inSection = false; ///< its name was read
    std::optional<QString> m_key;
};

void SectionReader::scalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const QString& text) {
    plain(mark, tag, anchor);
    if (m_depth == 0)
        refuse(mark, QStringLiteral("names of environments with their settings below are expected"));
    else if (m_depth == 1 && !m_inSection)
        beginSection(mark, text);
    else if (m_depth == 1)
        refuse(
            mark,
            QStringLiteral("\"%1\" has no settings below it").arg(sections.empty() ? QString() : sections.back().name));
    else if (m_key)
        setValue(mark, text);
    else
        setKey(mark, text);
}

void SectionReader::beginSection(const YAML::Mark& mark, const QString& name) {
    if (std::ranges::any_of(sections, [&](const ConfigSection& section) { return section.name == name; }))
        refuse(mark, QStringLiteral("\"%1\" is given twice").arg(name));
    sections.push_back({name, {}});
    m_inSection = true;
}

void SectionReader::setKey(const YAML::Mark& mark, const QString& text) {
    if (!sections.empty()
        && std::ranges::any_of(sections.back().values, [&](const ConfigValue& value) { return value.key == text; }))
        refuse(mark, QStringLiteral("\"%1\" is given twice").arg(text));
    m_key = text;
}

void SectionReader::setValue(const YAML::Mark& mark, const QString& text) {
    if (!sections.empty())
        sections.back().values.push_back({*m_key, text, mark.line + 1, mark.column + 1});
    m_key.reset();
}

} // namespace

Error configError(const QString& file, int line, int column, const QString& what) {
    return Error{ErrorCode::Usage, QStringLiteral("%1:%2:%3: %4.").arg(file).arg(line).arg(column).arg(what)};
}

Result<std::vector<ConfigSection>> parseConfig(const QByteArray& yaml, const QString& file) {
    SectionReader reader(file);
    try {
        std::istringstream text(yaml.toStdString());
        YAML::Parser parser(text);
        const bool any = parser.HandleNextDocument(reader);
        if (any && !reader.mistake && parser.HandleNextDocument(reader) && !reader.mistake)
            return configError(file, 1, 1, QStringLiteral("it holds more than one document"));
    } catch (const YAML::Exception& error) {
        if (!reader.mistake)
            return configError(file, error.mark.line + 1, error.mark.column + 1, QString::fromStdString(error.msg));
    }
    if (reader.mistake)
        return *reader.mistake;
    return std::move(reader.sections);
}

} // namespace portolan
