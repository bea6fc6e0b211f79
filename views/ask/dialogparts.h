#pragma once

#include <QDialog>
#include <QLabel>
#include <initializer_list>

class QFormLayout;
class QLayout;
class QLineEdit;
class QPushButton;
class QVBoxLayout;

namespace portolan {

// The parts that dialogs and buttons for changing a store share.

/// A wrapped paragraph, plain.
[[nodiscard]] QLabel* paragraph(const QString& text, QWidget* parent);
/// Makes one for the fields of a form, still empty: as high as its lines, where Qt would reserve those of a narrow one.
[[nodiscard]] QLabel* formParagraph(QWidget* parent);
/// Makes the title that says what the dialog is about, in one bold line or more.
[[nodiscard]] QLabel* dialogTitle(const QString& text, QWidget* parent);
/// Makes the dialog's layout, with its margins, in a frame that scrolls where the screen has no room for all of it.
[[nodiscard]] QVBoxLayout* makeDialogLayout(QDialog* dialog);
/// Puts the row of buttons under what scrolls, so that it is always there to be reached.
void addFoot(QDialog* dialog, QLayout* foot);
void addFoot(QDialog* dialog, QWidget* bar);
/// Makes a dialog so many pixels wide, where the screen is, and as high as it wants to be; it can be made smaller.
void takeWidth(QWidget* dialog, int width);
/// Makes a dialog that large, as far as the screen is; it can be made smaller.
void takeSize(QWidget* dialog, const QSize& size);

/// Makes a dialog as high as what is in it wants to be, as far as the screen has room: Qt would stop at two thirds of
/// that, and press wrapped texts together. One that is shown moves up where it would go beyond the screen.
/// makeDialogLayout() sees to it that a dialog is never less high.
void fitHeight(QWidget* dialog);

/// A line for the reason of a change, as a row of the form; its accessible name is "Reason".
[[nodiscard]] QLineEdit* addReason(QFormLayout* form, QWidget* parent);

/// The line for the file that is written or read, and `Browse…` beside it; the line's accessible name is "File".
/// `title` stands above the choice of a file. The dialog's button says when a written one is there already.
enum class FileUse { Write, Read };
[[nodiscard]] QWidget* makeFileRow(QLineEdit* path, const QString& title, QWidget* parent,
                                   FileUse use = FileUse::Write);

/// The row of buttons at its bottom: `Cancel`, which rejects, and the one thing to do.
struct DialogButtons {
    QWidget* bar;
    QPushButton* act;
};
[[nodiscard]] DialogButtons makeDialogButtons(QDialog* dialog, const QString& actName);

/// The row of buttons under a list of a pane: some at its left, some at its right.
[[nodiscard]] QWidget* makeButtonBar(QWidget* parent, std::initializer_list<QPushButton*> left,
                                     std::initializer_list<QPushButton*> right = {});

} // namespace portolan
