#pragma once

#include <QByteArray>

namespace portolan {

/// The key `{orders}:portolan` for "orders", in its slot of a cluster, with which what we note beside it begins; a name
/// that has a {tag} of its own goes without further braces.
[[nodiscard]] QByteArray besideKey(const QByteArray& name);

} // namespace portolan
