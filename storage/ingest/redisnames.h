#pragma once

#include "storage/base/urls.h"

#include <QByteArray>

namespace portolan {

/// Who we are among the consumers of a stream or list: the URL's consumer, else this machine's name.
[[nodiscard]] QByteArray consumerOf(const SourceUrl& url);

/// The URL with a consumer: where it names none, this machine's name and a figure of the store it receives into. So
/// two receivers of one machine are two consumers, and a receiver that is started again finds what it was given before.
[[nodiscard]] SourceUrl withConsumer(SourceUrl url, const StoreUrl& into);

/// The key `{orders}:portolan` for "orders", in its slot of a cluster, with which what we note beside it begins; a name
/// that has a {tag} of its own goes without further braces.
[[nodiscard]] QByteArray besideKey(const QByteArray& name);

} // namespace portolan
