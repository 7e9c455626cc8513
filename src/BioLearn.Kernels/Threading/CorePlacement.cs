using System.Runtime.InteropServices;

namespace BioLearn.Kernels.Threading;

/// <summary>
/// Where a sleeping helper wakes. Linux in a virtual machine takes a virtual core that is halted for one that is busy, and puts the thread
/// that wakes on the core of the one who wakes it: both then share that core while another is idle, until the scheduler has looked round,
/// milliseconds later. So the helper is kept off that core until it runs. Elsewhere nothing is done.
/// </summary>
internal sealed unsafe partial class CorePlacement
{
    private const int Words = 16;

    private readonly int _thread;
    private readonly ulong[] _allowed = new ulong[Words];
    private bool _kept;

    private CorePlacement(int thread) => _thread = thread;

    /// <summary>For the calling thread; null where threads cannot be placed.</summary>
    public static CorePlacement? OfThisThread()
    {
        if (!OperatingSystem.IsLinux() || Environment.ProcessorCount < 2)
            return null;
        try
        {
            var placement = new CorePlacement(ThreadNumber());
            fixed (ulong* mask = placement._allowed)
                return GetAffinity(placement._thread, Words * sizeof(ulong), mask) < 0 ? null : placement;
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }
        catch (DllNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Called by another thread while this one sleeps: it will not wake on the caller's core.</summary>
    public void KeepOffThisCore()
    {
        int core = Thread.GetCurrentProcessorId();
        if (core >= Words * 64)
            return;
        ulong* mask = stackalloc ulong[Words];
        ulong any = 0;
        for (int i = 0; i < Words; i++)
        {
            mask[i] = i == core / 64 ? _allowed[i] & ~(1UL << (core % 64)) : _allowed[i];
            any |= mask[i];
        }
        if (any != 0)
            _kept = SetAffinity(_thread, Words * sizeof(ulong), mask) == 0;
    }

    /// <summary>Called by the thread itself once it runs: the scheduler may move it as it likes again.</summary>
    public void Free()
    {
        if (!_kept)
            return;
        fixed (ulong* mask = _allowed)
            _kept = SetAffinity(_thread, Words * sizeof(ulong), mask) != 0;
    }

    [LibraryImport("libc", EntryPoint = "gettid")]
    private static partial int ThreadNumber();

    [LibraryImport("libc", EntryPoint = "sched_getaffinity")]
    private static partial int GetAffinity(int thread, nint bytes, ulong* mask);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static partial int SetAffinity(int thread, nint bytes, ulong* mask);
}
