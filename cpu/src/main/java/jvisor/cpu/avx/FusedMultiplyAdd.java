package jvisor.cpu.avx;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jvisor.cpu.softfloat.FpEnv;
import jvisor.cpu.softfloat.SoftFloat32;
import jvisor.cpu.softfloat.SoftFloat64;
import jvisor.cpu.sse.FloatLanes;
import jvisor.cpu.sse.VectorAccess;
import jvisor.cpu.sse.VectorConditions;
import jvisor.cpu.vcpu.SemanticTable;
import jvisor.cpu.vcpu.Vcpu;
import jvisor.host.HostMemory;
import jvisor.isa.Insn;
import jvisor.isa.Mnemonic;

/**
 * FMA (SDM vol. 1, 14.5): {@code ±(x * y) ± z} with one rounding. The three digits of a name tell
 * which operands are x, y and z.
 */
final class FusedMultiplyAdd {
  private static final Pattern NAME =
      Pattern.compile("VF(N?)M(ADDSUB|SUBADD|ADD|SUB)(132|213|231)([PS][SD])");

  /** Whether elements are binary64, not binary32. */
  private final boolean binary64;

  /** Which operands are factors and addend. */
  private final int form;

  private final int negateProduct;

  /** Whether to negate the addend of even elements, and of odd ones: 0 or 1. */
  private final int negateEven;

  private final int negateOdd;

  private FusedMultiplyAdd(Matcher name) {
    String operation = name.group(2);
    binary64 = name.group(4).endsWith("D");
    form = Integer.parseInt(name.group(3));
    negateProduct = name.group(1).isEmpty() ? 0 : 1;
    negateEven = operation.equals("SUB") || operation.equals("ADDSUB") ? 1 : 0;
    negateOdd = operation.equals("SUB") || operation.equals("SUBADD") ? 1 : 0;
  }

  /** Binds the instructions of this chapter. */
  static void bind(SemanticTable t) {
    for (Mnemonic mnemonic : Mnemonic.values()) {
      Matcher name = NAME.matcher(mnemonic.name());
      if (name.matches()) {
        FusedMultiplyAdd operation = new FusedMultiplyAdd(name);
        boolean packed = name.group(4).startsWith("P");
        t.bind(mnemonic, packed ? operation::packed : operation::scalar);
      }
    }
  }

  /** The hva of x, given those of the three operands. */
  private long x(long first, long second) {
    return form == 132 ? first : second;
  }

  private long y(long first, long third) {
    return form == 213 ? first : third;
  }

  private long z(long first, long second, long third) {
    return form == 132 ? second : form == 213 ? third : first;
  }

  private void packed(Vcpu c, Insn i) {
    VectorConditions.enterAvx(c);
    long third = VectorAccess.source(c, i, i.c);
    long second = VectorAccess.xmm(c, i.b.index());
    long first = VectorAccess.destination(c, i);
    long x = x(first, second);
    long y = y(first, third);
    long z = z(first, second, third);
    FpEnv env = FloatLanes.begin(c);
    long r0 = eight(x, y, z, negateEven, env);
    long r1 = eight(x + 8, y + 8, z + 8, negateOdd, env);
    long r2 = 0;
    long r3 = 0;
    if (i.a.size() == 32) {
      r2 = eight(x + 16, y + 16, z + 16, negateEven, env);
      r3 = eight(x + 24, y + 24, z + 24, negateOdd, env);
    }
    FloatLanes.finish(c, env);
    VectorAccess.set(c, i, r0, r1, r2, r3);
  }

  private void scalar(Vcpu c, Insn i) {
    VectorConditions.enterAvx(c);
    long third = VectorAccess.source(c, i, i.c);
    long second = VectorAccess.xmm(c, i.b.index());
    long first = VectorAccess.destination(c, i);
    long x = x(first, second);
    long y = y(first, third);
    long z = z(first, second, third);
    FpEnv env = FloatLanes.begin(c);
    long lo =
        binary64
            ? doublePrecision(x, y, z, negateEven, env)
            : HostMemory.getLong(first) & ~0xffff_ffffL
                | single(x, y, z, negateEven, env) & 0xffff_ffffL;
    FloatLanes.finish(c, env);
    VectorAccess.set(c, i, lo, HostMemory.getLong(first + 8));
  }

  /** Eight bytes of the result: two elements, or one, whose addend {@code negate} is for. */
  private long eight(long x, long y, long z, int negate, FpEnv env) {
    if (binary64) {
      return doublePrecision(x, y, z, negate, env);
    }
    int low = single(x, y, z, negateEven, env);
    return FloatLanes.join(low, single(x + 4, y + 4, z + 4, negateOdd, env));
  }

  private int single(long x, long y, long z, int negate, FpEnv env) {
    int a = HostMemory.getInt(x);
    int b = HostMemory.getInt(y);
    return SoftFloat32.fma(a, b, HostMemory.getInt(z), negateProduct, negate, env);
  }

  private long doublePrecision(long x, long y, long z, int negate, FpEnv env) {
    long a = HostMemory.getLong(x);
    long b = HostMemory.getLong(y);
    return SoftFloat64.fma(a, b, HostMemory.getLong(z), negateProduct, negate, env);
  }
}
