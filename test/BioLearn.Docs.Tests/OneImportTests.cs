using System.Reflection;
using System.Runtime.CompilerServices;
using BioLearn.ML.Instructed;
using BioLearn.ML.Networks;
using Microsoft.ML;

namespace BioLearn.Docs.Tests;

/// <summary>Trainers and transforms need no import but ML.NET's for <c>new() { ... }</c>, and BioLearn.ML.Networks for what the options of a network name.</summary>
public sealed class OneImportTests
{
    /// <summary>What is for people who watch a training stays in its room.</summary>
    private static readonly string[] Further = [nameof(NetworkOptions.Layers), nameof(NetworkOptions.InputShape), nameof(NetworkOptions.Diagnostics), nameof(NetworkOptions.Progress)];

    [Fact]
    public void New_without_a_type_means_the_options_in_every_catalog()
    {
        MethodInfo[] methods =
        [
            .. from assembly in (Assembly[])[typeof(NetworkOptions).Assembly, typeof(BioLearn.Onnx.Models.CnnModel).Assembly]
               from type in assembly.GetExportedTypes()
               where type is { IsAbstract: true, IsSealed: true, Namespace: "Microsoft.ML" }
               from method in type.GetMethods(BindingFlags.Public | BindingFlags.Static)
               where method.IsDefined(typeof(ExtensionAttribute), false) && method.GetParameters() is [_, { ParameterType: var options }, ..]
                   && options.Name.EndsWith("Options", StringComparison.Ordinal) && options.GetConstructor([]) is not null
               select method,
        ];
        Assert.True(methods.Length > 60, $"{methods.Length} methods");
        string program = "using Microsoft.ML;\n" + string.Join('\n', methods.Select((method, i) =>
            $"static void Call{i}({method.GetParameters()[0].ParameterType.FullName!.Replace('+', '.')} catalog) => catalog.{method.Name}(new());"))
            + string.Concat(methods.Select((_, i) => $"\nCall{i}(null!);"));
        Assert.Empty(DocsProgram.OfText("imports", program).Complaints());
    }

    /// <summary>What an instructed network adds to them is in its own room, a second import for those who change it.</summary>
    [Fact]
    public void What_the_options_of_an_instructed_network_name_lives_in_two_namespaces()
    {
        var elsewhere =
            from property in typeof(InstructedNetworkOptions).GetProperties()
            where !Further.Contains(property.Name)
            let type = property.PropertyType.GetGenericArguments() is [var argument] ? argument : property.PropertyType
            where type.Assembly == typeof(NetworkOptions).Assembly && type.Namespace != (property.DeclaringType == typeof(InstructedNetworkOptions) ? "BioLearn.ML.Instructed" : "BioLearn.ML.Networks")
            select $"{property.Name}: {type}";
        Assert.Empty(elsewhere);
    }

    [Fact]
    public void What_the_options_of_a_network_name_lives_in_one_namespace()
    {
        var elsewhere =
            from property in typeof(NetworkOptions).GetProperties()
            where !Further.Contains(property.Name)
            let type = property.PropertyType.GetGenericArguments() is [var argument] ? argument : property.PropertyType
            where type.Assembly == typeof(NetworkOptions).Assembly && type.Namespace != "BioLearn.ML.Networks"
            select $"{property.Name}: {type}";
        Assert.Empty(elsewhere);
    }
}
