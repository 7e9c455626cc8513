using BioLearn.Onnx.Tests.MlNet;

namespace BioLearn.Onnx.Tests;

/// <summary>What the fresh process of a test does (<see cref="ChildProcess"/>): the first argument says which.</summary>
internal static class Program
{
    private static readonly Dictionary<string, Action<string[]>> Commands = new()
    {
        ["save-without-json-reflection"] = _ => SavedModel.SaveAllAgain(),
        ["save-models-to"] = args => SavedModel.SaveAllTo(args[0]),
        ["run-pipeline"] = args => FreshProcessTests.Run(args[0]),
    };

    public static void Main(string[] args) => Commands[args[0]](args[1..]);
}
