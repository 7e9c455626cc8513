using System.Globalization;

namespace BioLearn.ML.Tests;

/// <summary>How much the calling thread has worked. Not the time that went by: on a busy machine a thread waits, and its work is what it was.</summary>
internal static class ThreadWork
{
    private const string Accounts = "/proc/thread-self/schedstat";

    /// <summary>Seconds on a processor; 0 on systems that do not tell.</summary>
    public static double Seconds => File.Exists(Accounts) ? double.Parse(File.ReadAllText(Accounts).Split(' ')[0], CultureInfo.InvariantCulture) * 1e-9 : 0;
}
