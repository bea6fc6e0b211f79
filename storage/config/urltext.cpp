#include "storage/config/urltext.h"

#include <QDir>
#include <QUtf8StringView>
#include <algorithm>
#include <arpa/inet.h>

namespace portolan {

namespace {

constexpr qsizetype longestHost = 253; // characters of a name (RFC 1035)

bool isAsciiAlnum(QChar c) {
    return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') || (c >= u'0' && c <= u'9');
}

bool isControl(QChar c) {
    return c.unicode() < 0x20 || (c.unicode() >= 0x7F && c.unicode() < 0xA0) || c == QChar::LineSeparator
           || c == QChar::ParagraphSeparator;
}

bool hasControl(QStringView text) {
    return std::any_of(text.begin(), text.end(), isControl);
}

qsizetype schemeLength(QStringView text) {
    const qsizetype colon = text.indexOf(u':');
    if (colon < 1 || !isAsciiAlnum(text[0]) || text[0].isDigit())
        return 0;
    const auto isPart = [](QChar c) { return isAsciiAlnum(c) || c == u'+' || c == u'.' || c == u'-'; };
    const QStringView scheme = text.first(colon);
    return std::all_of(scheme.begin(), scheme.end(), isPart) ? colon : 0;
}

std::optional<int> hexDigit(QChar c) {
    if (c >= u'0' && c <= u'9')
        return c.unicode() - u'0';
    const char16_t lower = c.unicode() | 0x20;
    if (lower >= u'a' && lower <= u'f')
        return lower - u'a' + 10;
    return std::nullopt;
}

std::optional<QByteArray> decodeBytes(QStringView text) {
    QByteArray out;
    const QByteArray bytes = text.toUtf8();
    for (qsizetype i = 0; i < bytes.size(); ++i) {
        if (bytes[i] != '%') {
            out += bytes[i];
            continue;
        }
        if (i + 2 >= bytes.size())
            return std::nullopt;
        const auto high = hexDigit(QLatin1Char(bytes[i + 1]));
        const auto low = hexDigit(QLatin1Char(bytes[i + 2]));
        if (!high || !low)
            return std::nullopt;
        out += static_cast<char>(*high * 16 + *low);
        i += 2;
    }
    return out;
}

Result<QString> decodeAny(QStringView text, const QString& what, const QString& part) {
    const auto bytes = decodeBytes(text);
    if (!bytes) // replace(): arg() would take "%25" for a place of its own
        return urlError(what, QStringLiteral("in the %1 a \"%\" is not followed by two hexadecimal digits (a percent "
                                             "sign itself is written %25).")
                                  .replace(QStringLiteral("%1"), part));
    if (bytes->contains('\0'))
        return urlError(what, QStringLiteral("the %1 holds a NUL (%00).").replace(QStringLiteral("%1"), part));
    if (!QUtf8StringView(*bytes).isValidUtf8())
        return urlError(what, QStringLiteral("the %1 is not valid UTF-8 once decoded.").arg(part));
    return QString::fromUtf8(*bytes);
}

/// Takes "user:password" apart; both were between "//" and '@'.
Result<void> readUserInfo(UrlText& url, QStringView userInfo, const QString& what) {
    const qsizetype colon = userInfo.indexOf(u':');
    auto user = decodeUrlPart(colon < 0 ? userInfo : userInfo.first(colon), what, QStringLiteral("user"));
    PORTOLAN_TRY(user);
    url.user = *std::move(user);
    if (colon < 0)
        return {};
    auto password = decodeAny(userInfo.sliced(colon + 1), what, QStringLiteral("password"));
    PORTOLAN_TRY(password);
    url.password = *std::move(password);
    return {};
}

/// Returns true when "…/…@" may just as well be a host and a path with '@' in it: then nothing is guessed.
bool readsAsHost(QStringView beforeSlash, const QString& what) {
    return !beforeSlash.contains(u':') || parseUrlHost(beforeSlash, what).ok();
}

/// Reads `head`, which is all between "//" and '?'. The last '@' ends the user part, so that a password may hold '@',
/// ':', '/' and '#' as they are while that is the only way to read it.
Result<void> readAuthority(UrlText& url, QStringView head, const QString& what) {
    const qsizetype at = head.lastIndexOf(u'@');
    QStringView rest = head.sliced(at + 1);
    if (at >= 0) {
        const QStringView userInfo = head.first(at);
        const qsizetype slash = userInfo.indexOf(u'/');
        if (slash >= 0 && readsAsHost(userInfo.first(slash), what))
            return urlError(what, QStringLiteral("it can be read in two ways: write \"@\" in a path as %40, and \"/\" "
                                                 "in a user or password as %2F."));
        if (const auto read = readUserInfo(url, userInfo, what); !read)
            return read;
    }
    if (rest.contains(u'#'))
        return urlError(what, QStringLiteral("a \"#\" in it is written %23."));
    const qsizetype slash = rest.indexOf(u'/');
    url.hosts = (slash < 0 ? rest : rest.first(slash)).toString();
    url.path = slash < 0 ? QString() : rest.sliced(slash).toString();
    return {};
}

/// Returns true for a name that is surely one: anything else might be the rest of a password.
bool isShowable(QStringView name) {
    const auto isPart = [](QChar c) { return isAsciiAlnum(c) || c == u'_' || c == u'.' || c == u'-'; };
    return !name.isEmpty() && name.size() <= 40 && std::all_of(name.begin(), name.end(), isPart);
}

Result<void> readParameters(UrlText& url, QStringView query, const QString& what) {
    if (query.contains(u'#'))
        return urlError(what, QStringLiteral("a \"#\" in it is written %23."));
    const auto parts = query.split(u'&', Qt::SkipEmptyParts);
    for (const QStringView part : parts) {
        const qsizetype sign = part.indexOf(u'=');
        auto name = decodeUrlPart(sign < 0 ? part : part.first(sign), what, QStringLiteral("name of a parameter"));
        PORTOLAN_TRY(name);
        const QString shown =
            isShowable(*name) ? QStringLiteral("parameter \"%1\"").arg(*name) : QStringLiteral("part after \"?\"");
        if (sign < 0)
            return urlError(what, QStringLiteral("the %1 has no value (name=value).").arg(shown));
        auto value = decodeUrlPart(part.sliced(sign + 1), what, shown);
        PORTOLAN_TRY(value);
        if (url.parameter(*name))
            return urlError(what, QStringLiteral("the %1 is given twice.").arg(shown));
        url.parameters.emplace_back(*std::move(name), *std::move(value));
    }
    return {};
}

bool isIpv6(const QString& host) {
    in6_addr address{};
    return inet_pton(AF_INET6, host.toLatin1().constData(), &address) == 1;
}

bool isHostName(QStringView host) {
    const auto isPart = [](QChar c) { return isAsciiAlnum(c) || c == u'-' || c == u'.' || c == u'_'; };
    return !host.isEmpty() && host.size() <= longestHost && host[0] != u'-' && host[0] != u'.'
           && std::all_of(host.begin(), host.end(), isPart);
}

Result<int> parsePort(QStringView text, const QString& what) {
    constexpr int lastPort = 65535;
    const bool digits = !text.isEmpty() && text.size() <= 5
                        && std::all_of(text.begin(), text.end(), [](QChar c) { return c >= u'0' && c <= u'9'; });
    const int port = digits ? text.toInt() : 0;
    if (port < 1 || port > lastPort)
        return urlError(what, QStringLiteral("the port after the host is no number from 1 to 65535 (if this is part of "
                                             "a password: write / ? # @ : in it as %2F %3F %23 %40 %3A)."));
    return port;
}

} // namespace

Error urlError(const QString& what, const QString& reason) {
    return {ErrorCode::Usage, what + QStringLiteral(": ") + reason};
}

bool hasUrlScheme(QStringView text) {
    return schemeLength(text) > 0;
}

std::optional<QString> UrlText::parameter(QStringView name) const {
    const auto found =
        std::find_if(parameters.begin(), parameters.end(), [&](const auto& p) { return p.first == name; });
    return found == parameters.end() ? std::nullopt : std::optional(found->second);
}

Result<UrlText> UrlText::split(QStringView text, const QString& what) {
    if (text.size() > longestUrl)
        return urlError(what, QStringLiteral("it is longer than %1 characters.").arg(longestUrl));
    if (hasControl(text) || !text.isValidUtf16())
        return urlError(what, QStringLiteral("it holds a line break or another control character."));
    const qsizetype scheme = schemeLength(text);
    if (scheme == 0)
        return urlError(what, QStringLiteral("it has no scheme (like file: or redis:) at its beginning."));
    UrlText url;
    url.scheme = text.first(scheme).toString().toLower();
    QStringView rest = text.sliced(scheme + 1);
    const qsizetype question = rest.indexOf(u'?');
    const QStringView query = question < 0 ? QStringView() : rest.sliced(question + 1);
    rest = question < 0 ? rest : rest.first(question);
    url.hasAuthority = rest.startsWith(u"//");
    if (url.hasAuthority) {
        PORTOLAN_TRY(readAuthority(url, rest.sliced(2), what));
    } else {
        if (rest.contains(u'#'))
            return urlError(what, QStringLiteral("a \"#\" in it is written %23."));
        url.path = rest.toString();
    }
    PORTOLAN_TRY(readParameters(url, query, what));
    return url;
}

Result<QString> decodeUrlPart(QStringView text, const QString& what, const QString& part) {
    auto decoded = decodeAny(text, what, part);
    if (decoded && hasControl(*decoded))
        return urlError(what, QStringLiteral("the %1 holds a line break or another control character.").arg(part));
    return decoded;
}

Result<QString> decodeUrlPath(QStringView path, const QString& what) {
    QStringList segments;
    const auto parts = path.split(u'/');
    for (const QStringView part : parts) {
        auto segment = decodeUrlPart(part, what, QStringLiteral("path"));
        if (!segment)
            return segment;
        const bool isDots = *segment == u"." || *segment == u"..";
        if (segment->contains(u'/') || (isDots && part != *segment))
            return urlError(what, QStringLiteral("the path hides a \"/\" or \"..\" behind percent signs."));
        segments << *std::move(segment);
    }
    return segments.join(u'/');
}

QString encodeUrlPart(const QString& text, const char* keep) {
    return QString::fromLatin1(text.toUtf8().toPercentEncoding(QByteArray(keep)));
}

QString encodeUrlParameters(const UrlParameters& parameters) {
    QString text;
    for (const auto& [name, value] : parameters) {
        text += text.isEmpty() ? u'?' : u'&';
        text += encodeUrlPart(name) + u'=' + encodeUrlPart(value, "/:*,");
    }
    return text;
}

Result<UrlHost> parseUrlHost(QStringView text, const QString& what) {
    UrlHost result;
    QStringView port;
    if (text.startsWith(u'[')) {
        const qsizetype close = text.indexOf(u']');
        result.host = close < 0 ? QString() : text.sliced(1, close - 1).toString().toLower();
        const QStringView after = close < 0 ? QStringView() : text.sliced(close + 1);
        if (!isIpv6(result.host) || (!after.isEmpty() && !after.startsWith(u':')))
            return urlError(what, QStringLiteral("expected an IPv6 address between [ and ], as in [::1]:6379."));
        port = after;
    } else {
        const qsizetype colon = text.indexOf(u':');
        result.host = (colon < 0 ? text : text.first(colon)).toString().toLower();
        if (!isHostName(result.host))
            return urlError(what, QStringLiteral("the host is missing or no host name (letters, digits, \"-\", \".\"; "
                                                 "IPv6 in [ ])."));
        port = colon < 0 ? QStringView() : text.sliced(colon);
    }
    if (port.isEmpty())
        return result;
    const auto number = parsePort(port.sliced(1), what);
    PORTOLAN_TRY(number);
    result.port = *number;
    return result;
}

QString displayUrlHost(const QString& host, int port) {
    const QString shown = host.contains(u':') ? u'[' + host + u']' : host;
    return port == 0 ? shown : shown + u':' + QString::number(port);
}

Result<void> checkUrlParameters(const UrlText& url, const QStringList& known, const QString& what) {
    for (const auto& [name, value] : url.parameters) {
        if (known.contains(name))
            continue;
        const QString shown =
            isShowable(name) ? QStringLiteral("\"%1\"").arg(name) : QStringLiteral("a part after \"?\"");
        const QString list = known.isEmpty() ? QStringLiteral("none") : known.join(QStringLiteral(", "));
        return urlError(what, QStringLiteral("unknown parameter %1; %2: takes %3.").arg(shown, url.scheme, list));
    }
    return {};
}

Result<qint64> urlNumber(const UrlText& url, QStringView name, qint64 fallback, qint64 least, qint64 most,
                         const QString& what) {
    const auto text = url.parameter(name);
    if (!text)
        return fallback;
    bool ok = false;
    const qint64 value = text->toLongLong(&ok);
    const bool plain = ok && QString::number(value) == *text;
    if (!plain || value < least || value > most)
        return urlError(what, QStringLiteral("%1 is a whole number from %2 to %3.")
                                  .arg(name.toString(), QString::number(least), QString::number(most)));
    return value;
}

QString absoluteUrlPath(const QString& path) {
    const QString absolute = path.startsWith(u'/') ? path : QDir::currentPath() + u'/' + path;
    return absolute.split(u'/').contains(QStringLiteral("..")) ? absolute : QDir::cleanPath(absolute);
}

} // namespace portolan
