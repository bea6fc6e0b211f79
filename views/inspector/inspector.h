#pragma once

#include "models/inspect/inspection.h"
#include "models/list/format.h"
#include "storage/base/result.h"

#include <QWidget>

class QLabel;
class QStackedLayout;

namespace portolan {

class InspectorPage;

/// The chosen row, whole: its facts, each of its documents as text, as a JSON tree and as bytes, and what happened to
/// it; copy and save. Its parts are made when it is first to be seen. GUI thread.
class Inspector : public QWidget {
    Q_OBJECT
public:
    explicit Inspector(QWidget* parent = nullptr);

    void show(const Inspection& inspection);
    void showError(const Error& error);
    void clear();
    void setTimeDisplay(TimeDisplay display);

Q_SIGNALS:
    void notice(const QString& text);

protected:
    void showEvent(QShowEvent* event) override;

private:
    void make();

    TimeDisplay m_timeDisplay = TimeDisplay::Utc;
    QStackedLayout* m_pages;
    QLabel* m_hint;
    InspectorPage* m_page = nullptr; ///< null: not made yet
};

} // namespace portolan
