using System.Diagnostics;
using System.Runtime.InteropServices;

namespace BioLearn.Benchmarks.Harness;

/// <summary>
/// Nanosecond CPU time of this thread or this process. Other work on the machine does not enter CPU time, so ratios
/// hold on a shared computer. Where the system offers no such clock, wall time stands in.
/// </summary>
internal static partial class CpuClock
{
    private static readonly int ThreadClock = OperatingSystem.IsMacOS() ? 16 : 3;
    private static readonly int ProcessClock = OperatingSystem.IsMacOS() ? 12 : 2;

    /// <summary>Whether <see cref="Thread"/> and <see cref="Process"/> count CPU time (Linux, macOS) or wall time.</summary>
    public static bool CountsCpuTime => OperatingSystem.IsLinux() || OperatingSystem.IsMacOS();

    /// <summary>CPU time of the calling thread, in seconds.</summary>
    public static double Thread() => CountsCpuTime ? Read(ThreadClock) : Wall();

    /// <summary>CPU time of all threads of the process, in seconds.</summary>
    public static double Process() => CountsCpuTime ? Read(ProcessClock) : Wall();

    /// <summary>Wall time in seconds.</summary>
    public static double Wall() => Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency;

    private static double Read(int clock)
    {
        if (GetTime(clock, out TimeSpec time) != 0)
            throw new InvalidOperationException($"clock_gettime({clock}) failed with errno {Marshal.GetLastPInvokeError()}");
        return time.Seconds + time.Nanoseconds * 1e-9;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    private static partial int GetTime(int clock, out TimeSpec time);
}
