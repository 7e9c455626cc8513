using System.Runtime.CompilerServices;
using BioLearn.Kernels.Threading;

namespace BioLearn.Kernels.Tests.Threading;

/// <summary>
/// In this assembly even the smallest work goes to as many threads as are allowed, and a machine with few cores has four: what is compared
/// with one thread's result would otherwise have been computed by one thread.
/// </summary>
internal static class SmallWorkIsSplit
{
#pragma warning disable CA2255 // A test assembly is an application.
    [ModuleInitializer]
#pragma warning restore CA2255
    public static void Prepare()
    {
        WorkerTeam.Size = Math.Max(4, Environment.ProcessorCount);
        WorkSize.Costs = new ThreadCosts(HandOver: 0, Wake: 0, MultiplyAdd: 1, Byte: 1);
    }
}
