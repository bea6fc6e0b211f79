#pragma once

#include "views/list/datatable.h"

#include <QWidget>

class QHBoxLayout;
class QLabel;
class QPushButton;
class QStackedLayout;

namespace portolan {

class ErrorBar;

/// A list with its title and its number of rows, in one of its states: loading, empty (and why), failed, data.
class ListFrame : public QWidget {
    Q_OBJECT
public:
    /// The texts of an empty list.
    struct EmptyTexts {
        QString noData;          ///< "No messages yet."
        QString advice;          ///< what to do about it
        QString noMatch;         ///< "No message matches the filter."
        bool isReceived = false; ///< a receiver fills it, which the list offers
    };

    /// `name`, of the context "Lists", is shown translated; the table keeps it as it is, as its accessible name
    /// (CONTRACT §7). `model` is borrowed.
    ListFrame(const char* name, PagedModel* model, EmptyTexts texts, QWidget* parent = nullptr);

    [[nodiscard]] DataTable* table() const { return m_table; }
    void focusTable(); ///< at once, or as soon as the table is shown
    /// Returns true when the table has the focus in its window, also while another window is active: a dialog, the
    /// command palette that has just closed.
    [[nodiscard]] bool holdsFocus() const;
    /// Gives the table the focus, and chooses its row where there is only that one, as soon as it is read.
    void chooseOnlyRow();
    /// Shows or hides the row with the title and the count, which some tabs show instead.
    void setTitleVisible(bool visible);
    [[nodiscard]] QString title() const; ///< as it is shown
    void setTitle(const QString& title);
    void addToTitle(QWidget* widget);
    void addBar(QWidget* bar); ///< between the title and the table
    [[nodiscard]] QString countText() const;
    /// Sets the number that is shown as the count; nothing: that of the rows.
    void setCounted(std::optional<qint64> counted);
    /// Says what fills the list can be offered while it is empty: to add its table to the store, to receive.
    void setOffers(bool canSetUp, bool canReceive);
    /// Sets the note after the count: "812 · 30 selected".
    void setCountNote(const QString& note);

Q_SIGNALS:
    void countChanged(const QString& text);
    void clearFilterWanted();
    void setUpWanted();
    void receiveWanted();

private:
    QWidget* makeEmpty();
    void showState();
    void showCount();
    void chooseWanted();

    PagedModel* m_model;
    EmptyTexts m_texts;
    QString m_note;
    std::optional<qint64> m_counted;
    bool m_choosesOnlyRow = false; ///< as soon as the rows are there
    QWidget* m_titleRow;
    QHBoxLayout* m_titleLayout;
    QLabel* m_title;
    QLabel* m_count;
    ErrorBar* m_error;
    QStackedLayout* m_body;
    QLabel* m_loading;
    QWidget* m_empty;
    QLabel* m_emptyTitle;
    QLabel* m_emptyAdvice;
    QPushButton* m_clear;
    QPushButton* m_setUp;
    QPushButton* m_receive;
    bool m_canSetUp = false;
    bool m_canReceive = false;
    DataTable* m_table;
};

} // namespace portolan
