#pragma once

#include "models/overview/statesentence.h"

#include <QFrame>
#include <vector>

class QBoxLayout;
class QPushButton;

namespace portolan {

class WrappedLabel;

/// How a store is, in a sentence with its shape, and the ways that lead on from it. Accessible name: the sentence.
class StateBar final : public QFrame {
    Q_OBJECT
public:
    explicit StateBar(QWidget* parent = nullptr);

    void show(const StateSentence& sentence);
    [[nodiscard]] const StateSentence& sentence() const { return m_sentence; }
    [[nodiscard]] std::vector<QPushButton*> buttons() const; ///< those that are shown
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void linkOpened(const portolan::StateLink& link);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void arrange();

    StateSentence m_sentence;
    WrappedLabel* m_text;
    QBoxLayout* m_row;
    std::vector<QPushButton*> m_buttons;
};

} // namespace portolan
