#include "storage/store.h"
namespace portolan {
__attribute__((weak)) QByteArray SourceUrl::identity() const {
    return host.toUtf8() + ':' + QByteArray::number(port) + '/' + QByteArray::number(database) + '/' + name;
}
__attribute__((weak)) QString SourceUrl::display() const { return QString::fromUtf8(name); }
__attribute__((weak)) Result<std::unique_ptr<Store>> openStore(const StoreUrl&, Access) { return Error{}; }
}
