using BioLearn.ML.Tests.Hosting;
using BioLearn.ML.Tests.Naming;

namespace BioLearn.ML.Tests;

/// <summary>What the fresh process of a test does (<see cref="ChildProcess"/>): the first argument says which.</summary>
internal static class Program
{
    private static readonly Dictionary<string, Action<string[]>> Commands = new()
    {
        ["safe-file"] = args => SafeFileTests.ExitInMidWrite(args[0]),
        ["safe-file-set"] = args => SafeFileTests.ExitInMidSet(args[0]),
        ["score-animals"] = args => FreshProcessTests.Score(args[0], args[1]),
        ["spiking-features"] = args => Spiking.SpikingFeaturesTests.Transform(args[0]),
        ["complete-patterns"] = args => AssociativeMemoryTransformTests.Complete(args[0]),
        ["name-animals"] = args => OneShotNamingTrainerTests.Name(args[0]),
        ["ask-shapes"] = args => Instructed.Face.InstructedModelFileTests.Ask(args[0]),
        ["name-rings"] = args => RbfSvmTrainerTests.Name(args[0]),
        ["transform-rows"] = args => UnsupervisedTransformTests.Transform(args[0]),
        ["save-without-json-reflection"] = _ => SavedModel.SaveAllAgain(),
        ["fit-without-json-reflection"] = _ => Catalogs.TrimmedTests.Fit(),
        ["save-models-to"] = args => SavedModel.SaveAllTo(args[0]),
        ["score-saved-models"] = _ => SavedModels.SavedModelTests.Score(),
    };

    public static void Main(string[] args) => Commands[args[0]](args[1..]);
}
