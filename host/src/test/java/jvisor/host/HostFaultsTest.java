package jvisor.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
class HostFaultsTest {
  private static final int BODY = 8;

  private final FaultyCode code = new FaultyCode();

  @AfterEach
  void release() {
    code.close();
  }

  @Test
  void anUndefinedInstructionIsVector6() {
    try (HostFaults guard = code.guarded()) {
      HostFault fault = code.fault(FaultyCode.UD2, 0);
      assertThat(fault)
          .isEqualTo(
              new HostFault(
                  HostFault.SIGILL, 2, at(FaultyCode.UD2, 0), at(FaultyCode.UD2, 0), 6, 0));
    }
  }

  @Test
  void aDivisionByZeroIsVector0() {
    try (HostFaults guard = code.guarded()) {
      HostFault fault = code.fault(FaultyCode.DIVIDE, 0);
      long rip = at(FaultyCode.DIVIDE, 15);
      assertThat(fault).isEqualTo(new HostFault(HostFault.SIGFPE, 1, rip, rip, 0, 0));
    }
  }

  @Test
  void anUnmaskedSimdExceptionIsVector19() {
    try (HostFaults guard = code.guarded()) {
      HostFault fault = code.fault(FaultyCode.DIVIDE_SINGLE, 0);
      long rip = at(FaultyCode.DIVIDE_SINGLE, 31);
      assertThat(fault).isEqualTo(new HostFault(HostFault.SIGFPE, 3, rip, rip, 19, 0));
    }
  }

  @Test
  void aPageFaultTellsItsAddressAndWhetherItWasAWrite() {
    try (HostFaults guard = code.guarded()) {
      long hva = code.guard() + 24;
      assertThat(code.fault(FaultyCode.READ, hva))
          .isEqualTo(new HostFault(HostFault.SIGSEGV, 2, hva, at(FaultyCode.READ, 0), 14, 4));
      assertThat(code.fault(FaultyCode.WRITE, hva))
          .isEqualTo(new HostFault(HostFault.SIGSEGV, 2, hva, at(FaultyCode.WRITE, 0), 14, 6));
      assertThat(code.fault(FaultyCode.READ, 8))
          .isEqualTo(new HostFault(HostFault.SIGSEGV, 1, 8, at(FaultyCode.READ, 0), 14, 4));
    }
  }

  @Test
  void aStoreToWhereCodeRunsIsRefused() {
    try (HostFaults guard = code.guarded()) {
      long hva = code.memory.executable() + CodeMemory.PAGE;
      code.write(CodeMemory.PAGE, "00");
      HostFault fault = code.fault(FaultyCode.WRITE, hva);
      assertThat(fault.address()).isEqualTo(hva);
      assertThat(fault.error() & 2).isEqualTo(2);
    }
  }

  @Test
  void aMisalignedVectorIsVector13WithoutAnAddress() {
    try (HostFaults guard = code.guarded()) {
      HostFault fault = code.fault(FaultyCode.MISALIGNED, code.record() + 1);
      long rip = at(FaultyCode.MISALIGNED, 0);
      assertThat(fault).isEqualTo(new HostFault(HostFault.SIGSEGV, 128, 0, rip, 13, 0));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})
  void aRecordIsFoundByARegister(int register) {
    CodeMemory.Function function = code.byRegister(register);
    long recovery = code.recoveryByRegister(register);
    try (HostFaults guard = HostFaults.guardByRegister(code.memory, recovery, register, -0x100)) {
      for (long record : new long[] {code.record() + 0x200, code.record() + 0x300}) {
        assertThat(function.call(record + 0x100, 0, 0)).isEqualTo(1);
        HostFault fault = HostFaults.take(record);
        assertThat(fault).isNotNull();
        assertThat(fault.signal()).isEqualTo(HostFault.SIGILL);
      }
    }
  }

  @Test
  void aRecordIsEmptyOnceItHasBeenTaken() {
    try (HostFaults guard = code.guarded()) {
      assertThat(HostFaults.take(code.record())).isNull();
      code.fault(FaultyCode.UD2, 0);
      assertThat(HostFaults.take(code.record())).isNull();
    }
  }

  @Test
  void codesHaveRecordsOfTheirOwn() {
    try (HostFaults guard = code.guarded();
        FaultyCode other = new FaultyCode();
        HostFaults otherGuard = other.guarded()) {
      HostFault mine = code.fault(FaultyCode.UD2, 0);
      HostFault theirs = other.fault(FaultyCode.UD2, 0);
      assertThat(mine.rip() - code.memory.executable())
          .isEqualTo(theirs.rip() - other.memory.executable());
      assertThat(mine.rip()).isNotEqualTo(theirs.rip());
    }
  }

  @Test
  void rangesAreBoundedAndFreedByClosing() {
    for (int round = 0; round < 2; round++) {
      List<HostFaults> guards = new ArrayList<>();
      try {
        assertThatThrownBy(
                () -> {
                  for (int n = 0; n <= HostFaults.RANGES; n++) {
                    guards.add(code.guarded());
                  }
                })
            .isInstanceOf(IllegalStateException.class);
      } finally {
        guards.forEach(HostFaults::close);
      }
      assertThat(guards).hasSizeGreaterThan(HostFaults.RANGES / 2);
    }
    try (HostFaults guard = code.guarded()) {
      code.fault(FaultyCode.UD2, 0);
    }
  }

  @Test
  void theVirtualMachinesOwnFaultsGoOnWorking() throws InterruptedException {
    JavaFaults.check();
  }

  private long at(int function, int instruction) {
    return code.memory.executable() + function + BODY + instruction;
  }
}
