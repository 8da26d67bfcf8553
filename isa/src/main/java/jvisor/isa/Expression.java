package jvisor.isa;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A number in assembly text: a sum of constants and labels.
 *
 * @param constant the constant part
 * @param labels labels that are added; {@code $} is the address of the statement
 * @param negative labels that are subtracted
 */
record Expression(long constant, List<String> labels, List<String> negative) {
  /** The constant {@code value}. */
  static Expression of(long value) {
    return new Expression(value, List.of(), List.of());
  }

  /** Whether the value depends on labels, and so may change until all is laid out. */
  boolean isSymbolic() {
    return !labels.isEmpty() || !negative.isEmpty();
  }

  /** The sum of two expressions, or their difference. */
  Expression plus(Expression other, boolean minus) {
    List<String> added = new ArrayList<>(labels);
    List<String> subtracted = new ArrayList<>(negative);
    added.addAll(minus ? other.negative : other.labels);
    subtracted.addAll(minus ? other.labels : other.negative);
    return new Expression(
        minus ? constant - other.constant : constant + other.constant, added, subtracted);
  }

  /** The value when labels have these addresses, in a statement at {@code here}. */
  long value(Labels addresses, long here) {
    long value = constant;
    for (String label : labels) {
      value += addresses.address(label, here);
    }
    for (String label : negative) {
      value -= addresses.address(label, here);
    }
    return value;
  }

  /** Parses numbers (10, 0x1F, 1Fh, 0b11, 'c'), labels and {@code $}, joined by + - and *. */
  static Expression parse(String text) {
    Expression sum = of(0);
    int start = 0;
    boolean minus = false;
    boolean any = false;
    for (int i = 0; i <= text.length(); i++) {
      char c = i < text.length() ? text.charAt(i) : '+';
      if ((c == '+' || c == '-') && !inQuotes(text, i)) {
        String term = text.substring(start, i).strip();
        if (!term.isEmpty()) {
          sum = sum.plus(product(term), minus);
          minus = false;
          any = true;
        }
        minus ^= c == '-';
        start = i + 1;
      }
    }
    if (!any) {
      throw new IllegalArgumentException("not a number: " + text);
    }
    return sum;
  }

  private static boolean inQuotes(String text, int end) {
    int quotes = 0;
    for (int i = 0; i < end; i++) {
      quotes += text.charAt(i) == '\'' ? 1 : 0;
    }
    return quotes % 2 == 1;
  }

  private static Expression product(String term) {
    int star = term.indexOf('*');
    if (star < 0) {
      return atom(term);
    }
    Expression left = atom(term.substring(0, star).strip());
    Expression right = product(term.substring(star + 1).strip());
    if (left.isSymbolic() || right.isSymbolic()) {
      throw new IllegalArgumentException("product of labels: " + term);
    }
    return of(left.constant * right.constant);
  }

  private static Expression atom(String text) {
    char first = text.isEmpty() ? ' ' : text.charAt(0);
    if (first == '\'' && text.length() == 3) {
      return of(text.charAt(1));
    }
    if (first >= '0' && first <= '9') {
      return of(number(text.replace("_", "").toLowerCase(Locale.ROOT)));
    }
    if (text.equals("$") || isLabel(text)) {
      return new Expression(0, List.of(text), List.of());
    }
    throw new IllegalArgumentException("not a number: " + text);
  }

  /** Whether {@code text} can name a label. */
  static boolean isLabel(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letter = Character.isLetter(c) || c == '_' || c == '.';
      if (!letter && (i == 0 || !Character.isDigit(c))) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  private static long number(String digits) {
    try {
      if (digits.startsWith("0x")) {
        return Long.parseUnsignedLong(digits, 2, digits.length(), 16);
      }
      if (digits.endsWith("h")) {
        return Long.parseUnsignedLong(digits, 0, digits.length() - 1, 16);
      }
      if (digits.startsWith("0b") && digits.length() > 2) {
        return Long.parseUnsignedLong(digits, 2, digits.length(), 2);
      }
      return Long.parseUnsignedLong(digits);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("not a number: " + digits, e);
    }
  }
}
