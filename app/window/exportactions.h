#pragma once

#include "views/export/exportdialog.h"

#include <QObject>

namespace portolan {

struct FixedList;
class ListFrame;
struct LetterChoice;
class OpenStores;
class Pane;
class ReportDialog;
class Settings;

/// Has lists of the window, a report of its store or a bundle of dead letters written to files: asks what and where to,
/// and leaves the rest to the store's ExportController or ReportController.
/// GUI thread.
class ExportActions : public QObject {
    Q_OBJECT
public:
    /// Both are borrowed and outlive it; `window` blocks while it asks.
    ExportActions(OpenStores& stores, Settings& settings, QWidget* window);

    /// Of the store that is shown.
    void ask(Pane& pane, const QString& filter); ///< `filter` is in force in the pane's filtered list
    void askReport();
    void askReportOfYesterday(); ///< a PDF
    void askBundle(const LetterChoice& choice, const QString& what);

Q_SIGNALS:
    void notice(const QString& text);

private:
    [[nodiscard]] QString folder() const;
    [[nodiscard]] ReportDialog* makeReport();
    void begin(ListFrame& frame, const ExportDialog::Choice& choice);
    void begin(const FixedList& list, const ExportDialog::Choice& choice);

    OpenStores& m_stores;
    Settings& m_settings;
    QWidget* m_window;
};

} // namespace portolan
