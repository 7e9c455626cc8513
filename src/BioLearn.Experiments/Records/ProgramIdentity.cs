using System.Reflection;

namespace BioLearn.Experiments;

/// <summary>What ran a trial.</summary>
internal static class ProgramIdentity
{
    /// <summary>Version and commit of this library, such as <c>0.3.0+1a2b3c</c>.</summary>
    public static string Version { get; } = typeof(ProgramIdentity).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    /// <summary>The very bytes of the assemblies that a class of trials stands on: builds of other sources have another text.</summary>
    public static string BuildOf(Type trial)
    {
        Module[] modules = [trial.Module, typeof(ITrial).Module, typeof(ML.RuleTable).Module, typeof(Kernels.Random.RandomStream).Module];
        return string.Join(' ', modules.Select(module => module.ModuleVersionId).Distinct());
    }
}
