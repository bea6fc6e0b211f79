#pragma once

#include <QDialog>
#include <utility>
#include <vector>

namespace portolan {

/// The dialog about the program: what it is, with whose help, and what a helper wants to know of the machine, to be
/// copied. GUI thread.
class AboutDialog : public QDialog {
    Q_OBJECT
public:
    AboutDialog(const std::vector<std::pair<QString, QString>>& facts, const QString& text, QWidget* parent);
};

} // namespace portolan
