package jvisor.isa;

import java.util.ArrayList;
import java.util.List;

/** All rows of the instruction set, in the order of their ids. Immutable. */
public final class Table {
  /** The rows; the first is {@link Row#INVALID}. */
  public static final List<Row> ROWS = parse();

  private Table() {}

  private static List<Row> parse() {
    List<Row> rows = new ArrayList<>(2000);
    rows.add(Row.INVALID);
    RowParser parser = new RowParser(rows);
    parser.parse(GeneralRows.MOVES);
    parser.parse(GeneralRows.STACK);
    parser.parse(GeneralRows.ARITHMETIC);
    parser.parse(GeneralRows.SHIFTS);
    parser.parse(ControlRows.TRANSFERS);
    parser.parse(ControlRows.STRINGS);
    parser.parse(ControlRows.FLAGS);
    parser.parse(SystemRows.SEGMENTS);
    parser.parse(SystemRows.CONTROL);
    parser.parse(SystemRows.STATE);
    parser.parse(X87Rows.MOVES);
    parser.parse(X87Rows.ARITHMETIC);
    parser.parse(X87Rows.CONTROL);
    parser.parse(IntegerSimdRows.MMX);
    parser.parse(IntegerSimdRows.XMM);
    parser.parse(FloatSimdRows.SINGLE);
    parser.parse(FloatSimdRows.DOUBLE);
    parser.parse(LaterSimdRows.SSE3);
    parser.parse(LaterSimdRows.SSE4);
    parser.parse(LaterSimdRows.CRYPTOGRAPHY);
    parser.parse(GeneralRows.BIT_MANIPULATION);
    parser.parse(AvxRows.MOVES);
    parser.parse(AvxRows.ARITHMETIC);
    parser.parse(AvxRows.CONVERSIONS);
    parser.parse(IntegerAvxRows.INTEGER);
    parser.parse(IntegerAvxRows.AVX2);
    parser.parse(IntegerAvxRows.CRYPTOGRAPHY);
    parser.parse(FmaRows.FMA);
    return List.copyOf(rows);
  }
}
