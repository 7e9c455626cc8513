using System.Globalization;
using BioLearn.ML.Hebbian;

namespace BioLearn.Benchmarks.Unsupervised;

/// <summary>One way to make features, a row of the study's table.</summary>
/// <param name="Kind">As --features names it.</param>
/// <param name="Activation">Of competing units and their control.</param>
/// <param name="Power">Of that activation.</param>
/// <param name="Temperature">Inverse, of SoftHebb; 0 for all others.</param>
/// <param name="Pooling">Of a layer on patches; none for all others.</param>
internal sealed record FeatureSetting(string Kind, CompetitiveActivation Activation, double Power, double Temperature, PatchPooling Pooling)
{
    public string Name
    {
        get
        {
            if (!HasActivation(Kind))
                return Kind;
            string activation = Activation == CompetitiveActivation.RectifiedPower ? "" : $" {Activation.ToString().ToLowerInvariant()}";
            return string.Create(CultureInfo.InvariantCulture, $"{Kind}{(Temperature > 0 ? $" t={Temperature}" : "")}{activation}^{Power}{(Pooling == PatchPooling.None ? "" : $" {Pooling.ToString().ToLowerInvariant()}")}");
        }
    }

    /// <summary>Every kind with every choice that makes a difference to it; the control has all but the temperature.</summary>
    public static IEnumerable<FeatureSetting> All(UnsupervisedSettings settings)
    {
        foreach (string kind in settings.Features.Split(','))
        {
            if (!HasActivation(kind))
            {
                yield return new(kind, CompetitiveActivation.Linear, 1, 0, PatchPooling.None);
                continue;
            }
            foreach (string temperature in kind.StartsWith("softhebb", StringComparison.Ordinal) ? settings.Temperatures.Split(',') : ["0"])
            {
                foreach (string activation in settings.Activations.Split(','))
                {
                    foreach (string power in settings.Powers.Split(','))
                    {
                        foreach (string pooling in settings.Patch is null ? ["none"] : settings.Poolings.Split(','))
                            yield return new(kind, Parse(activation), Number(power), Number(temperature), Enum.Parse<PatchPooling>(pooling, ignoreCase: true));
                    }
                }
            }
        }
    }

    private static bool HasActivation(string kind) => kind is "random" or "softhebb" or "softhebb-anti" or "krotov-hopfield";

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static CompetitiveActivation Parse(string name) => name switch
    {
        "rectified" => CompetitiveActivation.RectifiedPower,
        "triangle" => CompetitiveActivation.Triangle,
        "linear" => CompetitiveActivation.Linear,
        _ => throw new ArgumentException($"--activations has '{name}', which is none of rectified, triangle, linear"),
    };
}
