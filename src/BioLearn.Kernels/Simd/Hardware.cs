using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace BioLearn.Kernels.Simd;

/// <summary>
/// The vector width that every kernel uses, chosen once at run time: 512 bits (AVX-512), 256 (AVX2 with fused multiply-add),
/// 128 (SSE or Arm AdvSimd) or one number at a time.
/// </summary>
public static class Hardware
{
    /// <summary>Width of the kernels' vectors in bits: 512, 256, 128, or 0 where the processor has no vector instructions.</summary>
    public static int VectorBits
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Has512 ? 512 : Has256 ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;
    }

    /// <summary>
    /// Whether <c>a * b + c</c> is rounded once. True with AVX2, AVX-512 and Arm; products and updates then have the same bits at every width.
    /// </summary>
    public static bool FusesMultiplyAdd
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Fma.IsSupported || AdvSimd.IsSupported;
    }

    private static bool Has512
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.IsHardwareAccelerated && Avx512F.IsSupported;
    }

    private static bool Has256
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector256.IsHardwareAccelerated && Avx2.IsSupported && Fma.IsSupported;
    }

    /// <summary>
    /// Runs <paramref name="kernel"/> with the widest vectors that the processor has. The choice is a constant to the compiler: nothing
    /// is left of it in the machine code.
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <typeparam name="TKernel">The kernel.</typeparam>
    /// <param name="kernel">The kernel with its arguments.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<T, TKernel>(ref TKernel kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKernel : struct, IVectorKernel<T>
    {
        if (Has512)
            kernel.Invoke<Lanes512<T>>();
        else if (Has256)
            kernel.Invoke<Lanes256<T>>();
        else if (Vector128.IsHardwareAccelerated)
            kernel.Invoke<Lanes128<T>>();
        else
            kernel.Invoke<Lanes1<T>>();
    }
}
