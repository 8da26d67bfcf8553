package jvisor.devices.rtc;

import java.time.LocalDate;

/**
 * The time, calendar and alarm bytes in the format that register B selects, kept as written. Bytes
 * are 0–255.
 */
final class TimeRegisters {
  static final int SECONDS = 0;
  static final int SECONDS_ALARM = 1;
  static final int MINUTES = 2;
  static final int MINUTES_ALARM = 3;
  static final int HOURS = 4;
  static final int HOURS_ALARM = 5;
  static final int DAY_OF_WEEK = 6;
  static final int DAY = 7;
  static final int MONTH = 8;
  static final int YEAR = 9;
  static final int CENTURY = 0x32;

  private static final int DAY_SECONDS = 86_400;
  private static final int PM = 0x80;
  private static final int DONT_CARE = 0xc0;
  private static final int NO_MATCH = -1;
  private static final int ANY = -2;

  private final byte[] bytes;
  private boolean binary;
  private boolean hours24 = true;

  /** Works on the bytes of the chip's own memory. */
  TimeRegisters(byte[] bytes) {
    this.bytes = bytes;
  }

  void setFormat(boolean binary, boolean hours24) {
    this.binary = binary;
    this.hours24 = hours24;
  }

  /** Whether the byte at {@code index} advances with time. */
  static boolean holdsTime(int index) {
    return index == SECONDS
        || index == MINUTES
        || index == HOURS
        || (index >= DAY_OF_WEEK && index <= YEAR)
        || index == CENTURY;
  }

  static boolean holdsAlarm(int index) {
    return index == SECONDS_ALARM || index == MINUTES_ALARM || index == HOURS_ALARM;
  }

  /** Sets all time bytes from seconds since 1970-01-01 UTC. */
  void set(long epochSeconds) {
    LocalDate date = LocalDate.ofEpochDay(Math.floorDiv(epochSeconds, (long) DAY_SECONDS));
    store(date, Math.floorMod(epochSeconds, DAY_SECONDS));
    put(DAY_OF_WEEK, date.getDayOfWeek().getValue() % 7 + 1);
  }

  /** Makes {@code seconds} updates at once. */
  void add(long seconds) {
    long total = secondOfDay() + seconds;
    long days = total / DAY_SECONDS;
    int weekday = Math.clamp(decode(DAY_OF_WEEK), 1, 7);
    put(DAY_OF_WEEK, (int) ((weekday - 1 + days) % 7) + 1);
    store(date().plusDays(days), (int) (total % DAY_SECONDS));
  }

  private LocalDate date() {
    int year = Math.min(decode(CENTURY), 99) * 100 + Math.min(decode(YEAR), 99);
    int month = Math.clamp(decode(MONTH), 1, 12);
    return LocalDate.of(year, month, 1).plusDays(Math.clamp(decode(DAY), 1, 31) - 1);
  }

  private void store(LocalDate date, int secondOfDay) {
    put(SECONDS, secondOfDay % 60);
    put(MINUTES, secondOfDay / 60 % 60);
    putHour(secondOfDay / 3600);
    put(DAY, date.getDayOfMonth());
    put(MONTH, date.getMonthValue());
    put(YEAR, date.getYear() % 100);
    put(CENTURY, date.getYear() / 100 % 100);
  }

  private int secondOfDay() {
    int hour = hour(HOURS);
    return Math.floorMod(hour, 24) * 3600
        + Math.min(decode(MINUTES), 59) * 60
        + Math.min(decode(SECONDS), 59);
  }

  /** The number of updates (1–86,400) until the alarm matches, or -1 if it never does. */
  int updatesUntilAlarm() {
    int hour = alarm(HOURS_ALARM, 24);
    int minute = alarm(MINUTES_ALARM, 60);
    int second = alarm(SECONDS_ALARM, 60);
    if (hour == NO_MATCH || minute == NO_MATCH || second == NO_MATCH) {
      return -1;
    }
    int now = secondOfDay();
    int at = now + 1;
    while (at <= now + DAY_SECONDS) {
      if (hour != ANY && at / 3600 % 24 != hour) {
        at = (at / 3600 + 1) * 3600;
      } else if (minute != ANY && at / 60 % 60 != minute) {
        at = (at / 60 + 1) * 60;
      } else if (second != ANY && at % 60 != second) {
        at++;
      } else {
        return at - now;
      }
    }
    return -1;
  }

  private int alarm(int index, int limit) {
    if ((bytes[index] & DONT_CARE) == DONT_CARE) {
      return ANY;
    }
    int value = index == HOURS_ALARM ? hour(index) : decode(index);
    return value >= 0 && value < limit ? value : NO_MATCH;
  }

  /** The hour 0–23, or more if the byte is no hour. */
  private int hour(int index) {
    int value = bytes[index] & 0xff;
    if (hours24) {
      return decode(value, binary);
    }
    int hour = decode(value & ~PM, binary);
    if (hour < 1 || hour > 12) {
      return 24;
    }
    return hour % 12 + ((value & PM) != 0 ? 12 : 0);
  }

  private void putHour(int hour) {
    if (hours24) {
      put(HOURS, hour);
    } else {
      put(HOURS, hour % 12 == 0 ? 12 : hour % 12);
      bytes[HOURS] |= (byte) (hour >= 12 ? PM : 0);
    }
  }

  private int decode(int index) {
    return decode(bytes[index] & 0xff, binary);
  }

  private static int decode(int value, boolean binary) {
    return binary ? value : (value >>> 4) * 10 + (value & 15);
  }

  private void put(int index, int value) {
    bytes[index] = (byte) (binary ? value : ((value / 10) << 4) | (value % 10));
  }
}
