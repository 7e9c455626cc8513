using System.Runtime.CompilerServices;

namespace BioLearn.ML.Hosting;

/// <summary>The values of the classes of models that were trained or loaded here, so that a model that is taught further is not taught others.</summary>
internal static class KnownClasses
{
    private static readonly ConditionalWeakTable<object, LabelValues> Values = [];

    public static void Set(object model, LabelValues? values)
    {
        if (values is not null)
            Values.AddOrUpdate(model, values);
    }

    public static LabelValues? Of(object model) => Values.TryGetValue(model, out LabelValues? values) ? values : null;

    /// <summary>The number, from 0, of the first class that has another name in the second list; null if there is none.</summary>
    public static int? FirstDifference(LabelValues? first, LabelValues? second, bool secondMayGoOn)
    {
        if (first?.Names is not { } names || second?.Names is not { } others)
            return null;
        int most = secondMayGoOn ? names.Length : Math.Max(names.Length, others.Length);
        for (int k = 0; k < most; k++)
        {
            if (k >= names.Length || k >= others.Length || !names[k].Span.SequenceEqual(others[k].Span))
                return k;
        }
        return null;
    }

    /// <summary>A class as messages name it.</summary>
    public static string Name(LabelValues values, int k) => k < values.Names.Length ? $"'{values.Names[k]}'" : "missing";
}
