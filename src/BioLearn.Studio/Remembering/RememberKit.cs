using System.Text;

namespace BioLearn.Studio.Remembering;

/// <summary>What is on the bench as command lines and as a program.</summary>
internal static class RememberKit
{
    /// <summary>The tool's lines; the patterns are part of them.</summary>
    public static string CommandLines(MemoryBench bench) => $"""
        cat > patterns.txt <<'END'
        {string.Join("\n", bench.Patterns.Select(pattern => Squares.Text(Squares.Elements(pattern)))).TrimEnd()}
        END
        cat > damaged.txt <<'END'
        {Squares.Text(bench.Cue).TrimEnd()}
        END
        biolearn memory complete patterns.txt damaged.txt --rule {bench.Kind.Key}
        """.ReplaceLineEndings("\n");

    /// <summary>The tool's line that measures how many patterns the memory holds.</summary>
    public static string CapacityLine(CapacityTrial trial) => FormattableString.Invariant(
        $"biolearn memory capacity --rule {trial.Kind.Key} --size {trial.Size} --hide {trial.Damage.HiddenShare} --flip {trial.Damage.FlippedShare} --step {trial.Step} --most {trial.Most} --seed {CapacityTrial.Seed}");

    /// <summary>The same as a program.</summary>
    public static string Program(MemoryBench bench)
    {
        StringBuilder text = new();
        text.AppendLine(bench.Kind.Rule is null ? "using BioLearn.ML.Plasticity;\n" : "using BioLearn.ML.Memories;\n");
        text.AppendLine("string[] patterns =\n[");
        foreach (ulong pattern in bench.Patterns)
            text.AppendLine($"    \"{Row(Squares.Elements(pattern))}\",");
        text.AppendLine("];");
        text.AppendLine(bench.Kind.Rule is { } rule
            ? $"var memory = HopfieldMemory.Store(new HopfieldOptions {{ Rule = HopfieldRule.{rule} }}, [.. patterns.SelectMany(Elements)], {Squares.Count});\nvar recollection = memory.Recollect(Elements(\"{Row(bench.Cue)}\"));\nwhile (recollection.Step())\n    Console.WriteLine($\"energy {{recollection.Energy:0.0}}\");\nDraw(recollection.State);"
            : $"var memory = AssociativeMemory.Load(\"memory-8x8.blpn\"); // of the tool's folder models\nvar recollection = memory.Memorize([.. patterns.SelectMany(Elements)]).Recollect(Elements(\"{Row(bench.Cue)}\"));\nwhile (recollection.Step())\n    Console.WriteLine($\"step {{recollection.Steps}}\");\nDraw(recollection.Outputs);");
        text.AppendLine($$"""

            static float[] Elements(string rows) => [.. rows.Where(sign => sign != ' ').Select(sign => sign switch { '#' => 1f, '.' => -1f, _ => 0f })];

            static void Draw(ReadOnlySpan<float> state)
            {
                for (int element = 0; element < state.Length; element++)
                    Console.Write((state[element] > 0 ? '#' : state[element] < 0 ? '.' : '?') + (element % {{Squares.Side}} == {{Squares.Side - 1}} ? "\n" : ""));
            }
            """);
        return text.ToString().ReplaceLineEndings("\n");
    }

    private static string Row(ReadOnlySpan<float> elements) => Squares.Text(elements).TrimEnd().Replace('\n', ' ');
}
