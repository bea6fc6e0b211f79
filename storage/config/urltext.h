#pragma once

#include "storage/base/result.h"

#include <QString>
#include <QStringList>
#include <QStringView>
#include <optional>
#include <utility>
#include <vector>

namespace portolan {

using UrlParameters = std::vector<std::pair<QString, QString>>;

struct UrlHost {
    QString host; ///< lower case, IPv6 without brackets
    int port = 0; ///< 0: not given
};

/// The parts of a URL, each read in exactly one way. '+' is a plus; there are no fragments; a percent sign is
/// always followed by two hexadecimal digits. Error texts never repeat what may be part of a password.
struct UrlText {
    QString scheme; ///< lower case
    bool hasAuthority = false;
    QString user;             ///< decoded
    QString password;         ///< decoded
    QString hosts;            ///< between '@' and the path, as written
    QString path;             ///< as written, from its slash on
    UrlParameters parameters; ///< decoded, no name twice

    /// Splits a text; `what` begins the error texts: "Store URL". Error Usage.
    static Result<UrlText> split(QStringView text, const QString& what);

    [[nodiscard]] std::optional<QString> parameter(QStringView name) const; ///< decoded
};

/// Returns true when the text begins with "scheme:".
[[nodiscard]] bool hasUrlScheme(QStringView text);

[[nodiscard]] Error urlError(const QString& what, const QString& reason); ///< Usage

/// The greatest length of a URL, in UTF-16 units.
constexpr qsizetype longestUrl = 8192;

/// Returns what was read, unless it is too long once it is written out (a byte that is no plain character takes three):
/// what is shown could not be opened then.
template <class Url>
[[nodiscard]] Result<Url> unlessTooLong(Result<Url> url, const QString& what) {
    if (url && url->display().size() > longestUrl)
        return urlError(what, QStringLiteral("written out it is longer than %1 characters.").arg(longestUrl));
    return url;
}

/// Decodes %XX to a text without control characters. Error Usage names `part`.
[[nodiscard]] Result<QString> decodeUrlPart(QStringView text, const QString& what, const QString& part);

/// Decodes a path segment by segment. Refuses an encoded slash or an encoded "..", because a reader of the URL would
/// see another path.
[[nodiscard]] Result<QString> decodeUrlPath(QStringView path, const QString& what);

/// Writes all but letters, digits, "-._~" and `keep` as %XX.
[[nodiscard]] QString encodeUrlPart(const QString& text, const char* keep = "");

/// Writes "?a=b&c=d", or nothing.
[[nodiscard]] QString encodeUrlParameters(const UrlParameters& parameters);

/// Reads, or writes, "host", "host:port", "[::1]:port". Error Usage.
[[nodiscard]] Result<UrlHost> parseUrlHost(QStringView text, const QString& what);
[[nodiscard]] QString displayUrlHost(const QString& host, int port);

/// Returns an error (Usage) when a parameter is none of the known ones; it names both.
[[nodiscard]] Result<void> checkUrlParameters(const UrlText& url, const QStringList& known, const QString& what);

/// Reads a whole number of `least` to `most`, or `fallback` when the parameter is not there. Error Usage.
[[nodiscard]] Result<qint64> urlNumber(const UrlText& url, QStringView name, qint64 fallback, qint64 least, qint64 most,
                                       const QString& what);

/// Makes a path absolute from the working directory on. ".." stays where it is given: after a link it means another
/// folder than it seems.
[[nodiscard]] QString absoluteUrlPath(const QString& path);

} // namespace portolan
