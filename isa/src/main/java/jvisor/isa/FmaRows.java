package jvisor.isa;

/** Fused multiply-add (SDM vol. 1, 5.15). */
final class FmaRows {
  private FmaRows() {}

  /** All of FMA. */
  static final String FMA =
      """
      [FMA native]
      VEX.x.66.0F38.W0 96 /r       | VFMADDSUB132PS xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.W1 96 /r       | VFMADDSUB132PD xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.W0 97 /r       | VFMSUBADD132PS xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.W1 97 /r       | VFMSUBADD132PD xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.W0 98 /r       | VFMADD132PS xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.W1 98 /r       | VFMADD132PD xymm1, xymmV, xymm2/mx
      VEX.LIG.66.0F38.W0 99 /r     | VFMADD132SS xmm1, xmmV, xmm2/m32
      VEX.LIG.66.0F38.W1 99 /r     | VFMADD132SD xmm1, xmmV, xmm2/m64
      VEX.x.66.0F38.W0 9A /r       | VFMSUB132PS xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.W1 9A /r       | VFMSUB132PD xymm1, xymmV, xymm2/mx
      VEX.LIG.66.0F38.W0 9B /r     | VFMSUB132SS xmm1, xmmV, xmm2/m32
      VEX.LIG.66.0F38.W1 9B /r     | VFMSUB132SD xmm1, xmmV, xmm2/m64
      VEX.x.66.0F38.W0 9C /r       | VFNMADD132PS xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.W1 9C /r       | VFNMADD132PD xymm1, xymmV, xymm2/mx
      VEX.LIG.66.0F38.W0 9D /r     | VFNMADD132SS xmm1, xmmV, xmm2/m32
      VEX.LIG.66.0F38.W1 9D /r     | VFNMADD132SD xmm1, xmmV, xmm2/m64
      VEX.x.66.0F38.W0 9E /r       | VFNMSUB132PS xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.W1 9E /r       | VFNMSUB132PD xymm1, xymmV, xymm2/mx
      VEX.LIG.66.0F38.W0 9F /r     | VFNMSUB132SS xmm1, xmmV, xmm2/m32
      VEX.LIG.66.0F38.W1 9F /r     | VFNMSUB132SD xmm1, xmmV, xmm2/m64
      VEX.x.66.0F38.W0 A6 /r       | VFMADDSUB213PS xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.W1 A6 /r       | VFMADDSUB213PD xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.W0 A7 /r       | VFMSUBADD213PS xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.W1 A7 /r       | VFMSUBADD213PD xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.W0 A8 /r       | VFMADD213PS xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.W1 A8 /r       | VFMADD213PD xymm1, xymmV, xymm2/mx
      VEX.LIG.66.0F38.W0 A9 /r     | VFMADD213SS xmm1, xmmV, xmm2/m32
      VEX.LIG.66.0F38.W1 A9 /r     | VFMADD213SD xmm1, xmmV, xmm2/m64
      VEX.x.66.0F38.W0 AA /r       | VFMSUB213PS xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.W1 AA /r       | VFMSUB213PD xymm1, xymmV, xymm2/mx
      VEX.LIG.66.0F38.W0 AB /r     | VFMSUB213SS xmm1, xmmV, xmm2/m32
      VEX.LIG.66.0F38.W1 AB /r     | VFMSUB213SD xmm1, xmmV, xmm2/m64
      VEX.x.66.0F38.W0 AC /r       | VFNMADD213PS xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.W1 AC /r       | VFNMADD213PD xymm1, xymmV, xymm2/mx
      VEX.LIG.66.0F38.W0 AD /r     | VFNMADD213SS xmm1, xmmV, xmm2/m32
      VEX.LIG.66.0F38.W1 AD /r     | VFNMADD213SD xmm1, xmmV, xmm2/m64
      VEX.x.66.0F38.W0 AE /r       | VFNMSUB213PS xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.W1 AE /r       | VFNMSUB213PD xymm1, xymmV, xymm2/mx
      VEX.LIG.66.0F38.W0 AF /r     | VFNMSUB213SS xmm1, xmmV, xmm2/m32
      VEX.LIG.66.0F38.W1 AF /r     | VFNMSUB213SD xmm1, xmmV, xmm2/m64
      VEX.x.66.0F38.W0 B6 /r       | VFMADDSUB231PS xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.W1 B6 /r       | VFMADDSUB231PD xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.W0 B7 /r       | VFMSUBADD231PS xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.W1 B7 /r       | VFMSUBADD231PD xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.W0 B8 /r       | VFMADD231PS xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.W1 B8 /r       | VFMADD231PD xymm1, xymmV, xymm2/mx
      VEX.LIG.66.0F38.W0 B9 /r     | VFMADD231SS xmm1, xmmV, xmm2/m32
      VEX.LIG.66.0F38.W1 B9 /r     | VFMADD231SD xmm1, xmmV, xmm2/m64
      VEX.x.66.0F38.W0 BA /r       | VFMSUB231PS xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.W1 BA /r       | VFMSUB231PD xymm1, xymmV, xymm2/mx
      VEX.LIG.66.0F38.W0 BB /r     | VFMSUB231SS xmm1, xmmV, xmm2/m32
      VEX.LIG.66.0F38.W1 BB /r     | VFMSUB231SD xmm1, xmmV, xmm2/m64
      VEX.x.66.0F38.W0 BC /r       | VFNMADD231PS xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.W1 BC /r       | VFNMADD231PD xymm1, xymmV, xymm2/mx
      VEX.LIG.66.0F38.W0 BD /r     | VFNMADD231SS xmm1, xmmV, xmm2/m32
      VEX.LIG.66.0F38.W1 BD /r     | VFNMADD231SD xmm1, xmmV, xmm2/m64
      VEX.x.66.0F38.W0 BE /r       | VFNMSUB231PS xymm1, xymmV, xymm2/mx
      VEX.x.66.0F38.W1 BE /r       | VFNMSUB231PD xymm1, xymmV, xymm2/mx
      VEX.LIG.66.0F38.W0 BF /r     | VFNMSUB231SS xmm1, xmmV, xmm2/m32
      VEX.LIG.66.0F38.W1 BF /r     | VFNMSUB231SD xmm1, xmmV, xmm2/m64
      """;
}
