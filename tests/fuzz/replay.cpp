// replay PATH…: gives every file (of every folder) to the target once: the fuzzer's inputs as an ordinary test.

#include "tests/fuzz/fuzztarget.h"

#include <QDirIterator>
#include <QFile>
#include <cstdio>

namespace {

bool replay(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        std::fprintf(stderr, "%s cannot be read\n", qPrintable(path));
        return false;
    }
    const QByteArray bytes = file.readAll();
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.constData()),
                           static_cast<std::size_t>(bytes.size()));
    return true;
}

} // namespace

int main(int argc, char** argv) {
    int played = 0;
    for (int i = 1; i < argc; ++i) {
        const QString path = QString::fromLocal8Bit(argv[i]);
        QStringList files{path};
        if (QFileInfo(path).isDir()) {
            files.clear();
            for (QDirIterator it(path, QDir::Files, QDirIterator::Subdirectories); it.hasNext();)
                files << it.next();
        }
        for (const QString& file : files) {
            if (!replay(file))
                return 1;
            ++played;
        }
    }
    std::printf("%d inputs\n", played);
    return played > 0 ? 0 : 1;
}
