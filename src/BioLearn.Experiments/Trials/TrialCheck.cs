using System.Reflection;
using BioLearn.Experiments.Grids;

namespace BioLearn.Experiments;

/// <summary>What can be told of a trial's settings before anything runs: which go together, which are out of range.</summary>
internal sealed class TrialCheck(SettingPlan plan)
{
    private readonly (SettingPlan.Setting Setting, string[] Others)[] _instead = [.. plan.Settings
        .Select(setting => (setting, setting.Property.GetCustomAttribute<InPlaceOfAttribute>()?.Properties.Select(SettingName.Of).ToArray() ?? []))
        .Where(pair => pair.Item2.Length > 0)];

    /// <summary>Whether settings stand beside one that takes their place.</summary>
    /// <exception cref="InvalidDataException">One does; the message has file and line.</exception>
    public void Together(GridMap settings)
    {
        foreach ((SettingPlan.Setting setting, string[] others) in _instead)
        {
            if (!IsGiven(settings, setting.Name))
                continue;
            if (Array.Find(others, other => IsGiven(settings, other)) is { } beside)
                throw settings.Find(beside)!.Place.Error($"{setting.Name} and {beside}: expected one of them; {beside} has no effect beside {setting.Name}");
        }
    }

    /// <summary>Whether the trial itself has nothing against its settings.</summary>
    /// <exception cref="InvalidDataException">It has; the message has file, line and setting.</exception>
    public void Ranges(GridMap settings, IReadOnlyDictionary<SettingPlan.Setting, object?> values, object made)
    {
        try
        {
            ((ITrial)plan.Make(values, made)).Check();
        }
        catch (ArgumentException e)
        {
            throw Refused(settings, e);
        }
        catch (TargetInvocationException e) when (e.InnerException is ArgumentException inner)
        {
            throw Refused(settings, inner);
        }
    }

    private static InvalidDataException Refused(GridMap settings, ArgumentException error)
    {
        string message = PlainMessage.Of(error);
        if (error.ParamName is not { } parameter)
            return settings.Place.Error(message);
        // Width is width, Optimizer.LearningRate optimizer.learning-rate.
        string[] steps = [.. parameter.Split('.', '?').Where(step => step.Length > 0).Select(SettingName.Of)];
        GridPlace place = new GridPath(steps).In(settings)?.Place ?? settings.Find(steps[0])?.Place ?? settings.Place;
        if (error is not ArgumentOutOfRangeException refused)
            return place.Error(message);
        string own = $"{parameter} ('";
        // What the framework says begins with the property's name and value.
        string what = message.StartsWith(own, StringComparison.Ordinal) && message.IndexOf("') ", StringComparison.Ordinal) is >= 0 and var end ? message[(end + 3)..].Replace("'", "", StringComparison.Ordinal).TrimEnd('.') : message;
        return place.Error(FormattableString.Invariant($"{string.Join('.', steps)}: '{refused.ActualValue}': {what}"));
    }

    private static bool IsGiven(GridMap settings, string name) => settings[name] is { } value and not GridScalar { Value: null };
}
