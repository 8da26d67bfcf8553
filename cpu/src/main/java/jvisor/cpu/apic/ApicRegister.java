package jvisor.cpu.apic;

/**
 * Numbers of the registers: bits 11:4 of the offset in the page, bits 7:0 of the MSR (SDM vol. 3,
 * "Local APIC Register Address Map" and "x2APIC Register Address Space").
 */
final class ApicRegister {
  static final int ID = 0x02;
  static final int VERSION = 0x03;
  static final int TPR = 0x08;
  static final int APR = 0x09;
  static final int PPR = 0x0a;
  static final int EOI = 0x0b;
  static final int RRD = 0x0c;
  static final int LDR = 0x0d;
  static final int DFR = 0x0e;
  static final int SVR = 0x0f;
  static final int ISR = 0x10;
  static final int TMR = 0x18;
  static final int IRR = 0x20;
  static final int ESR = 0x28;
  static final int LVT_CMCI = 0x2f;
  static final int ICR = 0x30;
  static final int ICR_HIGH = 0x31;
  static final int LVT_TIMER = 0x32;
  static final int LVT_ERROR = 0x37;
  static final int INITIAL_COUNT = 0x38;
  static final int CURRENT_COUNT = 0x39;
  static final int DIVIDE = 0x3e;
  static final int SELF_IPI = 0x3f;

  private ApicRegister() {}

  /** Whether the page has a register of this number. */
  static boolean isInPage(int register) {
    return register == ID
        || register == VERSION
        || register >= TPR && register <= ESR
        || register == LVT_CMCI
        || register >= ICR && register <= CURRENT_COUNT
        || register == DIVIDE;
  }

  /** Whether RDMSR reaches a register of this number in x2APIC mode. */
  static boolean isReadableMsr(int register) {
    return isInPage(register)
        && register != APR
        && register != EOI
        && register != RRD
        && register != DFR
        && register != ICR_HIGH;
  }
}
